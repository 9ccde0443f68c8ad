package io.ballast.daemon.http;

import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One request, as far as our servers look at it. <em>Immutable.</em>
 *
 * @param path decoded, without the query
 * @param host value of the Host header, {@code ""} when there is none
 * @param local the address the client reached us at
 */
public record HttpCall(String method, String path, Map<String, List<String>> query, String host, InetAddress local) {
    /** The first value of a query parameter, null when it is absent or empty. */
    public @Nullable String parameter(String name) {
        List<String> values = query.getOrDefault(name, List.of());
        return values.isEmpty() || values.get(0).isBlank()
                ? null
                : values.get(0).trim();
    }

    /** Reads only: GET or HEAD. */
    public boolean isRead() {
        return method.equals("GET") || method.equals("HEAD");
    }
}
