package io.ballast.daemon.e2e;

import io.ballast.netty.testing.Machine;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;

/** HTTP GETs from machines, each on a connection of its own. Stateless. */
final class Http {
    private Http() {}

    static int status(Machine from, String url) throws Exception {
        return get(from, url, HttpURLConnection::getResponseCode);
    }

    /** The body of an answer that says all is well. */
    static String body(Machine from, String url) throws Exception {
        return get(from, url, Http::bodyOf);
    }

    /** Status code and reason, a line feed, and the body of an answer that says all is well. */
    static String answer(Machine from, String url) throws Exception {
        return get(
                from,
                url,
                connection -> connection.getResponseCode() + " " + connection.getResponseMessage() + "\n"
                        + bodyOf(connection));
    }

    private static String bodyOf(HttpURLConnection connection) throws IOException {
        try (InputStream body = connection.getInputStream()) {
            return new String(body.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @FunctionalInterface
    private interface Reader<T> {
        T read(HttpURLConnection connection) throws IOException;
    }

    private static <T> T get(Machine from, String url, Reader<T> reader) throws Exception {
        return from.run(() -> {
            HttpURLConnection connection =
                    (HttpURLConnection) URI.create(url).toURL().openConnection();
            connection.setRequestProperty("Connection", "close");
            connection.setConnectTimeout(5_000);
            connection.setReadTimeout(30_000);
            try {
                return reader.read(connection);
            } finally {
                connection.disconnect();
            }
        });
    }
}
