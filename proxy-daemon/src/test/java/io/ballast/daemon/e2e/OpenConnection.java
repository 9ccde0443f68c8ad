package io.ballast.daemon.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.ballast.netty.testing.Machine;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** A connection to a {@link NamedServer} or an {@link EchoServer} that stays open while other things change. Confined to one thread. */
final class OpenConnection implements AutoCloseable {
    private static final int TIMEOUT_MILLIS = 30_000;

    private final Socket socket;
    private final BufferedReader in;
    private final String server;
    private int pings;

    private OpenConnection(Socket socket, BufferedReader in, String server) {
        this.socket = socket;
        this.in = in;
        this.server = server;
    }

    static OpenConnection open(Machine from, String address, int port) throws Exception {
        return from.run(() -> open("0.0.0.0", address, port));
    }

    /**
     * Dials from the calling thread's namespace, and returns once the server has said its name.
     *
     * @param source the client's own address, which its machine has
     */
    static OpenConnection open(String source, String address, int port) throws IOException {
        Socket socket = new Socket();
        try {
            socket.bind(new InetSocketAddress(source, 0));
            socket.connect(new InetSocketAddress(address, port), TIMEOUT_MILLIS);
            socket.setSoTimeout(TIMEOUT_MILLIS);
            BufferedReader in =
                    new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
            return new OpenConnection(socket, in, String.valueOf(in.readLine()).split(" ", 2)[0]);
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    /** The name of the server at the other end. */
    String server() {
        return server;
    }

    /** Fails unless bytes still go both ways. */
    void assertAlive(String when) throws IOException {
        assertEchoes("ping " + ++pings, when);
    }

    /** Fails unless this line comes back. */
    void assertEchoes(String line, String when) throws IOException {
        OutputStream out = socket.getOutputStream();
        out.write((line + "\n").getBytes(StandardCharsets.UTF_8));
        assertThat(in.readLine()).as("echo %s", when).isEqualTo(line);
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
