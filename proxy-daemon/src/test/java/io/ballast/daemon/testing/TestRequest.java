package io.ballast.daemon.testing;

import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;

/**
 * A request as the server saw it. Immutable.
 *
 * @param headers by lower-case name
 * @param connection number of the connection it came over, counted from 1
 * @param clientCertificate subject of the client's certificate, "" without
 */
public record TestRequest(
        String method,
        String path,
        Map<String, String> query,
        Map<String, String> headers,
        int connection,
        String clientCertificate) {

    static TestRequest of(TestConnection.Message message, int connection, String clientCertificate) {
        URI target = URI.create(message.target());
        Map<String, String> query = Arrays.stream(
                        Objects.requireNonNullElse(target.getRawQuery(), "").split("&"))
                .filter(text -> text.contains("="))
                .map(text -> text.split("=", 2))
                .collect(Collectors.toMap(pair -> decode(pair[0]), pair -> decode(pair[1])));
        return new TestRequest(
                message.method(), target.getPath(), query, message.headers(), connection, clientCertificate);
    }

    public boolean isWatch() {
        return "true".equals(query.get("watch"));
    }

    public boolean isList() {
        return method.equals("GET") && !isWatch();
    }

    /** Whether the request is for this plural, as in {@code services}. */
    public boolean isFor(String plural) {
        return path.endsWith("/" + plural);
    }

    public boolean isServiceList() {
        return isFor("services") && isList();
    }

    public boolean isServiceWatch() {
        return isFor("services") && isWatch();
    }

    private static String decode(String text) {
        return URLDecoder.decode(text, StandardCharsets.UTF_8);
    }
}
