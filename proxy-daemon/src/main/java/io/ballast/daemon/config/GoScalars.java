package io.ballast.daemon.config;

import java.util.Set;

/** Booleans and integers as Go's {@code strconv} reads them from a flag. */
final class GoScalars {
    private static final Set<String> TRUE = Set.of("1", "t", "T", "true", "TRUE", "True");
    private static final Set<String> FALSE = Set.of("0", "f", "F", "false", "FALSE", "False");

    private GoScalars() {}

    static boolean parseBool(String text) {
        if (TRUE.contains(text)) {
            return true;
        }
        if (FALSE.contains(text)) {
            return false;
        }
        throw new IllegalArgumentException("is neither true nor false");
    }

    /** A 32-bit integer; {@code 0x}, {@code 0o}, {@code 0b} and a leading zero choose the base, as in Go. */
    static int parseInt(String text) {
        boolean negative = text.startsWith("-");
        String digits = negative || text.startsWith("+") ? text.substring(1) : text;
        int radix = radix(digits);
        String bare = digits.substring(prefixLength(digits, radix));
        if (bare.isEmpty() || bare.startsWith("-") || bare.startsWith("+")) {
            throw notInt();
        }
        try {
            return Integer.parseInt((negative ? "-" : "") + bare, radix);
        } catch (NumberFormatException e) {
            throw notInt();
        }
    }

    private static int radix(String digits) {
        if (digits.length() < 2 || digits.charAt(0) != '0') {
            return 10;
        }
        return switch (Character.toLowerCase(digits.charAt(1))) {
            case 'x' -> 16;
            case 'b' -> 2;
            default -> 8;
        };
    }

    private static int prefixLength(String digits, int radix) {
        if (radix == 10) {
            return 0;
        }
        return radix == 8 && Character.toLowerCase(digits.charAt(1)) != 'o' ? 1 : 2;
    }

    private static IllegalArgumentException notInt() {
        return new IllegalArgumentException("is not a whole number from -2147483648 to 2147483647");
    }
}
