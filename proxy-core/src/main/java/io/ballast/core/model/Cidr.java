package io.ballast.core.model;

import java.util.Optional;

/**
 * A block of addresses. The host bits of {@code network} are zero. <em>Immutable.</em>
 *
 * @param network first address of the block
 * @param prefixLength 0 to 32 or 128
 */
public record Cidr(IpAddress network, int prefixLength) {
    public Cidr {
        int bits = network.family().bits();
        if (prefixLength < 0 || prefixLength > bits) {
            throw new IllegalArgumentException("prefix length of " + network + " must be 0 to " + bits);
        }
        network = mask(network, prefixLength);
    }

    /**
     * Parses {@code address/length}; leading zeros are decimal, as in Kubernetes' legacy parser.
     *
     * @throws IllegalArgumentException when the text is not a CIDR; the message quotes it
     */
    public static Cidr parse(String text) {
        return tryParse(text)
                .orElseThrow(() ->
                        new IllegalArgumentException("not a CIDR: \"" + text + "\" (want for example 10.0.0.0/8)"));
    }

    /** {@link #parse} without the exception. */
    public static Optional<Cidr> tryParse(String text) {
        int slash = text.indexOf('/');
        if (slash < 0) {
            return Optional.empty();
        }
        String length = text.substring(slash + 1);
        if (length.isEmpty() || length.length() > 4 || !length.chars().allMatch(c -> c >= '0' && c <= '9')) {
            return Optional.empty();
        }
        int prefix = Integer.parseInt(length);
        // A mapped address keeps the family it was written in: "::ffff:0:0/96" is IPv6 text and not supported.
        return IpAddress.tryParse(text.substring(0, slash))
                .filter(address -> prefix <= address.family().bits())
                .map(address -> new Cidr(address, prefix));
    }

    /** The block that holds just this address. */
    public static Cidr host(IpAddress address) {
        return new Cidr(address, address.family().bits());
    }

    public IpFamily family() {
        return network.family();
    }

    /** Whether this is 0.0.0.0/0 or ::/0. */
    public boolean isEverything() {
        return prefixLength == 0;
    }

    public boolean contains(IpAddress address) {
        return address.family() == family() && mask(address, prefixLength).equals(network);
    }

    private static IpAddress mask(IpAddress address, int prefix) {
        if (address.isIpv4()) {
            int keep = prefix == 0 ? 0 : -1 << (32 - prefix);
            return IpAddress.ofIpv4(address.ipv4Bits() & keep);
        }
        long high = prefix >= 64 ? address.high() : address.high() & highMask(prefix);
        long low = prefix <= 64 ? 0 : address.low() & highMask(prefix - 64);
        return IpAddress.of(high, low);
    }

    private static long highMask(int bits) {
        return bits == 0 ? 0 : -1L << (64 - bits);
    }

    @Override
    public String toString() {
        return network + "/" + prefixLength;
    }
}
