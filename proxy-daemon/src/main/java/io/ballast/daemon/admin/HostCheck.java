package io.ballast.daemon.admin;

import io.ballast.core.model.IpAddress;
import io.ballast.daemon.http.HttpCall;
import java.util.Locale;

/**
 * Refuses requests that a web page made through DNS rebinding: a name of the attacker's that suddenly means 127.0.0.1.
 * Such a request carries that name in its Host header. <em>Immutable.</em>
 *
 * <p>Only requests to a loopback address are looked at, because only there being local is all the protection there is:
 * who binds the admin server elsewhere has opened it to the network, under whatever names.
 *
 * @param nodeName is ours too
 */
record HostCheck(String nodeName) {
    boolean isForeign(HttpCall call) {
        return call.local().isLoopbackAddress() && !call.host().isEmpty() && !isOurs(name(call.host()));
    }

    private boolean isOurs(String name) {
        return name.equals("localhost")
                || name.endsWith(".localhost")
                || name.equals(nodeName.toLowerCase(Locale.ROOT))
                || IpAddress.tryParse(name).isPresent();
    }

    /** Without port and brackets. */
    private static String name(String host) {
        String lower = host.toLowerCase(Locale.ROOT);
        if (lower.startsWith("[")) {
            int end = lower.indexOf(']');
            return end < 0 ? lower : lower.substring(1, end);
        }
        int colon = lower.indexOf(':');
        return colon < 0 ? lower : lower.substring(0, colon);
    }
}
