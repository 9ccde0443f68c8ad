package io.ballast.core.tracking;

import io.ballast.core.model.AddressPort;
import java.util.Comparator;

/**
 * The order of addresses with ports as their texts have it, {@code 10.0.1.10:80} before {@code 10.0.1.1:80}: kube-proxy
 * sorts strings. IPv4 texts are compared without being written, because a start sorts all endpoints of the cluster.
 * <em>Stateless.</em>
 */
final class TextOrder implements Comparator<AddressPort> {
    private static final int OCTETS = 4;
    private static final String[] BEFORE_OCTET = octets(".");
    private static final String[] BEFORE_PORT = octets(":");

    /** Each octet as it stands before that character, which decides whether 1 or 10 comes first. */
    private static String[] octets(String next) {
        String[] texts = new String[1 << Byte.SIZE];
        for (int octet = 0; octet < texts.length; octet++) {
            texts[octet] = octet + next;
        }
        return texts;
    }

    @Override
    public int compare(AddressPort one, AddressPort other) {
        if (!one.address().isIpv4() || !other.address().isIpv4()) {
            return one.toString().compareTo(other.toString());
        }
        int bits = one.address().ipv4Bits();
        int otherBits = other.address().ipv4Bits();
        int shared = Integer.numberOfLeadingZeros(bits ^ otherBits) / Byte.SIZE;
        if (shared == OCTETS) {
            return Integer.toString(one.port()).compareTo(Integer.toString(other.port()));
        }
        String[] texts = shared == OCTETS - 1 ? BEFORE_PORT : BEFORE_OCTET;
        return texts[octet(bits, shared)].compareTo(texts[octet(otherBits, shared)]);
    }

    private static int octet(int bits, int index) {
        return (bits >>> ((OCTETS - 1 - index) * Byte.SIZE)) & 0xff;
    }
}
