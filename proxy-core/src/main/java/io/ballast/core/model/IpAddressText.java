package io.ballast.core.model;

import java.util.Optional;

/** Reads and writes addresses as text: Go's {@code ParseIPSloppy} in, RFC 5952 out. */
final class IpAddressText {
    private static final int GROUPS = 8;

    private IpAddressText() {}

    static Optional<IpAddress> parse(String text) {
        if (text.indexOf(':') >= 0) {
            return parseIpv6(text);
        }
        long bits = parseIpv4(text);
        return bits < 0 ? Optional.empty() : Optional.of(IpAddress.ofIpv4((int) bits));
    }

    /** The 32 bits, or -1. Octets may have leading zeros, which do not make them octal. */
    private static long parseIpv4(String text) {
        long bits = 0;
        int octets = 0;
        for (int at = 0; at <= text.length(); octets++) {
            int end = text.indexOf('.', at);
            end = end < 0 ? text.length() : end;
            int octet = decimalOctet(text, at, end);
            if (octet < 0 || octets == 4) {
                return -1;
            }
            bits = bits << 8 | octet;
            at = end + 1;
        }
        return octets == 4 ? bits : -1;
    }

    private static int decimalOctet(String text, int from, int to) {
        int value = 0;
        for (int i = from; i < to; i++) {
            int digit = text.charAt(i) - '0';
            if (digit < 0 || digit > 9) {
                return -1;
            }
            value = value * 10 + digit;
            if (value > 255) {
                return -1;
            }
        }
        return to > from ? value : -1;
    }

    private static Optional<IpAddress> parseIpv6(String text) {
        int gap = text.indexOf("::");
        if (gap >= 0 && text.indexOf("::", gap + 1) >= 0) {
            return Optional.empty();
        }
        int[] groups = new int[GROUPS];
        if (gap < 0) {
            return readGroups(text, groups, true) == GROUPS ? Optional.of(fromGroups(groups)) : Optional.empty();
        }
        int[] tail = new int[GROUPS];
        int before = readGroups(text.substring(0, gap), groups, false);
        int after = readGroups(text.substring(gap + 2), tail, true);
        if (before < 0 || after < 0 || before + after >= GROUPS) {
            return Optional.empty();
        }
        System.arraycopy(tail, 0, groups, GROUPS - after, after);
        return Optional.of(fromGroups(groups));
    }

    /**
     * Number of 16-bit groups read from {@code part}, or -1.
     *
     * @param endsAddress only at the very end of an address a dotted quad may stand for two groups
     */
    private static int readGroups(String part, int[] groups, boolean endsAddress) {
        if (part.isEmpty()) {
            return 0;
        }
        String[] pieces = part.split(":", -1);
        int count = 0;
        for (int i = 0; i < pieces.length; i++) {
            boolean quad = endsAddress && i == pieces.length - 1 && pieces[i].indexOf('.') >= 0;
            if (count + (quad ? 2 : 1) > GROUPS) {
                return -1;
            }
            long value = quad ? parseIpv4(pieces[i]) : hexGroup(pieces[i]);
            if (value < 0) {
                return -1;
            }
            if (quad) {
                groups[count++] = (int) (value >>> 16);
            }
            groups[count++] = (int) (value & 0xffff);
        }
        return count;
    }

    private static int hexGroup(String piece) {
        if (piece.isEmpty() || piece.length() > 4) {
            return -1;
        }
        int value = 0;
        for (int i = 0; i < piece.length(); i++) {
            int digit = Character.digit(piece.charAt(i), 16);
            if (digit < 0 || piece.charAt(i) > 'f') {
                return -1;
            }
            value = value << 4 | digit;
        }
        return value;
    }

    private static IpAddress fromGroups(int[] groups) {
        long high = 0;
        long low = 0;
        for (int i = 0; i < 4; i++) {
            high = high << 16 | groups[i];
            low = low << 16 | groups[i + 4];
        }
        return IpAddress.of(high, low);
    }

    static String dottedQuad(int bits) {
        return (bits >>> 24) + "." + (bits >>> 16 & 255) + "." + (bits >>> 8 & 255) + "." + (bits & 255);
    }

    /** Longest run of two or more zero groups becomes {@code ::}; the first of equal runs wins. */
    static String rfc5952(long high, long low) {
        int[] groups = new int[GROUPS];
        for (int i = 0; i < 4; i++) {
            groups[i] = (int) (high >>> (48 - 16 * i) & 0xffff);
            groups[i + 4] = (int) (low >>> (48 - 16 * i) & 0xffff);
        }
        int runStart = -1;
        int runLength = 1;
        for (int i = 0; i < GROUPS; i++) {
            int length = zerosFrom(groups, i);
            if (length > runLength) {
                runStart = i;
                runLength = length;
            }
        }
        StringBuilder text = new StringBuilder(39);
        for (int i = 0; i < GROUPS; i++) {
            if (i == runStart) {
                text.append("::");
                i += runLength - 1;
            } else {
                boolean first = text.isEmpty() || text.charAt(text.length() - 1) == ':';
                text.append(first ? "" : ":").append(Integer.toHexString(groups[i]));
            }
        }
        return text.toString();
    }

    private static int zerosFrom(int[] groups, int start) {
        int end = start;
        while (end < GROUPS && groups[end] == 0) {
            end++;
        }
        return end - start;
    }
}
