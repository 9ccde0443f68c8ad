package io.ballast.daemon.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** An HTTP client that shows every byte. Stateless. */
public final class RawHttp {
    private static final int TIMEOUT_MILLIS = (int) Duration.ofSeconds(30).toMillis();

    private RawHttp() {}

    /** The whole answer to {@code GET path}, head included; the connection is closed after it. */
    public static String get(InetSocketAddress server, String path) {
        return send(server, "GET " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
    }

    /** Sends these bytes and returns everything until the server closes. */
    public static String send(InetSocketAddress server, String request) {
        try (Socket socket = open(server)) {
            socket.getOutputStream().write(request.getBytes(StandardCharsets.UTF_8));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static Socket open(InetSocketAddress server) throws IOException {
        Socket socket = new Socket(server.getAddress(), server.getPort());
        socket.setSoTimeout(TIMEOUT_MILLIS);
        return socket;
    }

    /** What follows the head. */
    public static String body(String answer) {
        return answer.substring(answer.indexOf("\r\n\r\n") + 4);
    }

    /** The head with the clock's part blotted out. */
    public static String head(String answer) {
        return answer.substring(0, answer.indexOf("\r\n\r\n") + 4)
                .replaceAll("Date: [A-Z][a-z]{2}, \\d{2} [A-Z][a-z]{2} \\d{4} \\d{2}:\\d{2}:\\d{2} GMT", "Date: now");
    }
}
