package io.ballast.core.collect;

import io.ballast.core.model.AddressPort;
import io.ballast.core.model.IpAddress;

/**
 * 64-bit hashes that are the same in every process, on every node and in every version, so that two nodes agree where a
 * client belongs. Not for secrets. <em>Thread-safe.</em>
 */
public final class StableHash {
    private static final long FNV_OFFSET = 0xcbf29ce484222325L;
    private static final long FNV_PRIME = 0x100000001b3L;

    private StableHash() {}

    /** Spreads every bit of the input over all bits of the result (the finalizer of SplitMix64). */
    public static long mix(long value) {
        long mixed = (value ^ (value >>> 30)) * 0xbf58476d1ce4e5b9L;
        mixed = (mixed ^ (mixed >>> 27)) * 0x94d049bb133111ebL;
        return mixed ^ (mixed >>> 31);
    }

    /** FNV-1a over the characters, then mixed. */
    public static long of(String text) {
        long hash = FNV_OFFSET;
        for (int i = 0; i < text.length(); i++) {
            hash = (hash ^ text.charAt(i)) * FNV_PRIME;
        }
        return mix(hash);
    }

    public static long of(IpAddress address) {
        return mix(mix(address.high() + FNV_OFFSET) ^ address.low());
    }

    public static long of(AddressPort address) {
        return mix(of(address.address()) ^ (address.port() + FNV_PRIME));
    }
}
