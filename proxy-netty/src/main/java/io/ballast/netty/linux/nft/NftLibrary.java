package io.ballast.netty.linux.nft;

import java.util.Optional;
import jnr.ffi.LibraryLoader;

/**
 * The nftables library, or why it is not there. Immutable.
 *
 * @param binding empty exactly when there is a reason
 * @param reason why the library cannot be used
 */
record NftLibrary(Optional<LibNftables> binding, Optional<String> reason) {
    /** Loaded at first use. */
    private static final class Holder {
        static final NftLibrary INSTALLED = load("libnftables.so.1");
    }

    static NftLibrary installed() {
        return Holder.INSTALLED;
    }

    static NftLibrary load(String name) {
        try {
            LibNftables binding =
                    LibraryLoader.create(LibNftables.class).failImmediately().load(name);
            return new NftLibrary(Optional.of(binding), Optional.empty());
        } catch (LinkageError | RuntimeException e) {
            String reason = "the nftables library (" + name + ") cannot be loaded: " + e.getMessage();
            return new NftLibrary(Optional.empty(), Optional.of(reason));
        }
    }
}
