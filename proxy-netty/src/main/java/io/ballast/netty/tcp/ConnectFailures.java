package io.ballast.netty.tcp;

import io.ballast.core.model.ConnectFailure;
import io.netty.channel.ConnectTimeoutException;
import io.netty.channel.unix.Errors.NativeIoException;
import java.net.NoRouteToHostException;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Tells from an exception why a connect failed. Stateless. */
final class ConnectFailures {
    /** How Netty's native code prints the number where it has no accessor for it. */
    private static final Pattern ERROR_NUMBER = Pattern.compile("failed with error\\(-(\\d+)\\)");

    private static final Map<Integer, ConnectFailure> BY_ERRNO = Map.ofEntries(
            Map.entry(11, ConnectFailure.NO_PORT), // EAGAIN: no free port, or no room in the routing cache
            Map.entry(12, ConnectFailure.NO_RESOURCES), // ENOMEM
            Map.entry(23, ConnectFailure.NO_RESOURCES), // ENFILE
            Map.entry(24, ConnectFailure.NO_RESOURCES), // EMFILE
            Map.entry(98, ConnectFailure.NO_PORT), // EADDRINUSE
            Map.entry(99, ConnectFailure.NO_PORT), // EADDRNOTAVAIL
            Map.entry(101, ConnectFailure.UNREACHABLE), // ENETUNREACH
            Map.entry(104, ConnectFailure.REFUSED), // ECONNRESET: accepted and reset before we saw it
            Map.entry(105, ConnectFailure.NO_RESOURCES), // ENOBUFS
            Map.entry(110, ConnectFailure.TIMEOUT), // ETIMEDOUT
            Map.entry(111, ConnectFailure.REFUSED), // ECONNREFUSED
            Map.entry(113, ConnectFailure.UNREACHABLE)); // EHOSTUNREACH

    /** The JDK's own transport has text only. */
    private static final Map<String, ConnectFailure> BY_TEXT = Map.of(
            "refused", ConnectFailure.REFUSED,
            "timed out", ConnectFailure.TIMEOUT,
            "unreachable", ConnectFailure.UNREACHABLE,
            "cannot assign", ConnectFailure.NO_PORT,
            "already in use", ConnectFailure.NO_PORT,
            "too many open files", ConnectFailure.NO_RESOURCES);

    private ConnectFailures() {}

    static ConnectFailure of(Throwable cause) {
        for (Throwable each = cause; each != null; each = each.getCause()) {
            ConnectFailure failure = ofOne(each);
            if (failure != ConnectFailure.OTHER) {
                return failure;
            }
        }
        return ConnectFailure.OTHER;
    }

    private static ConnectFailure ofOne(Throwable cause) {
        if (cause instanceof NativeIoException nativeFailure) {
            return BY_ERRNO.getOrDefault(-nativeFailure.expectedErr(), ConnectFailure.OTHER);
        }
        if (cause instanceof ConnectTimeoutException) {
            return ConnectFailure.TIMEOUT;
        }
        if (cause instanceof NoRouteToHostException) {
            return ConnectFailure.UNREACHABLE;
        }
        String text = cause.getMessage() == null ? "" : cause.getMessage();
        Matcher number = ERROR_NUMBER.matcher(text);
        if (number.find()) {
            return BY_ERRNO.getOrDefault(Integer.parseInt(number.group(1)), ConnectFailure.OTHER);
        }
        String lowerCase = text.toLowerCase(Locale.ROOT);
        return BY_TEXT.entrySet().stream()
                .filter(entry -> lowerCase.contains(entry.getKey()))
                .map(Map.Entry::getValue)
                .findFirst()
                .orElse(ConnectFailure.OTHER);
    }
}
