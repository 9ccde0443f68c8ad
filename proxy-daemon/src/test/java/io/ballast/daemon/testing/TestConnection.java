package io.ballast.daemon.testing;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSocket;

/**
 * One HTTP/1.1 connection, on plain sockets, so that a test can end, cut or hold it at any byte. Read by one thread;
 * writes are serialised by the caller.
 */
final class TestConnection {
    private final Socket socket;
    private final InputStream in;
    private final OutputStream out;

    /** The head of a request and its body. */
    record Message(String method, String target, Map<String, String> headers, String body) {}

    TestConnection(Socket socket) throws IOException {
        this.socket = socket;
        socket.setTcpNoDelay(true);
        this.in = new BufferedInputStream(socket.getInputStream());
        this.out = socket.getOutputStream();
    }

    int clientPort() {
        return socket.getPort();
    }

    /** Subject of the client's certificate, "" without. */
    String clientCertificate() {
        if (socket instanceof SSLSocket secure) {
            try {
                return secure.getSession().getPeerPrincipal().getName();
            } catch (SSLPeerUnverifiedException e) {
                return "";
            }
        }
        return "";
    }

    /**
     * @throws EOFException when the client closed the connection
     */
    Message read() throws IOException {
        String[] start = line().split(" ");
        Map<String, String> headers = new TreeMap<>();
        for (String line = line(); !line.isEmpty(); line = line()) {
            int colon = line.indexOf(':');
            headers.put(
                    line.substring(0, colon).toLowerCase(Locale.ROOT),
                    line.substring(colon + 1).trim());
        }
        byte[] body = in.readNBytes(Integer.parseInt(headers.getOrDefault("content-length", "0")));
        return new Message(start[0], start[1], headers, new String(body, StandardCharsets.UTF_8));
    }

    private String line() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int next = in.read(); next != '\n'; next = in.read()) {
            if (next < 0) {
                throw new EOFException();
            }
            if (next != '\r') {
                line.write(next);
            }
        }
        return line.toString(StandardCharsets.UTF_8);
    }

    void answer(int code, JsonNode body) throws IOException {
        byte[] bytes = body.toString().getBytes(StandardCharsets.UTF_8);
        answer(code, "", bytes, bytes.length);
    }

    /** Answers with the first bytes of the body, and the length of all. */
    void answer(int code, String headers, byte[] body, int bodyBytes) throws IOException {
        ByteArrayOutputStream message = new ByteArrayOutputStream(bodyBytes + 200);
        message.writeBytes(("HTTP/1.1 " + code + " Status\r\nContent-Type: application/json\r\nContent-Length: "
                        + body.length + "\r\n" + headers + "\r\n")
                .getBytes(StandardCharsets.UTF_8));
        message.write(body, 0, bodyBytes);
        out.write(message.toByteArray());
        out.flush();
    }

    /** Begins an answer of unknown length. */
    void beginChunks() throws IOException {
        out.write("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
                .getBytes(StandardCharsets.UTF_8));
        out.flush();
    }

    void chunk(String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        ByteArrayOutputStream chunk = new ByteArrayOutputStream(bytes.length + 20);
        chunk.writeBytes((Integer.toHexString(bytes.length) + "\r\n").getBytes(StandardCharsets.UTF_8));
        chunk.writeBytes(bytes);
        chunk.writeBytes("\r\n".getBytes(StandardCharsets.UTF_8));
        out.write(chunk.toByteArray());
        out.flush();
    }

    void endChunks() throws IOException {
        out.write("0\r\n\r\n".getBytes(StandardCharsets.UTF_8));
        out.flush();
    }

    /** Closes at once, without the end of an answer. */
    void cut() {
        try {
            socket.close();
        } catch (IOException e) {
            throw new AssertionError("closing a socket failed", e);
        }
    }
}
