package io.ballast.daemon.testing;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** An HTTP proxy on loopback that opens tunnels (CONNECT) and notes the heads of requests. Thread-safe. */
public final class TunnelProxy implements AutoCloseable {
    private final LoopbackServer server = LoopbackServer.open("tunnel-proxy");
    private final List<String> heads = new CopyOnWriteArrayList<>();

    public TunnelProxy() {
        server.start(this::serve);
    }

    /** {@code HOST:PORT}. */
    public String address() {
        return "127.0.0.1:" + server.port();
    }

    public List<String> heads() {
        return heads;
    }

    private void serve(Socket client) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int next = client.getInputStream().read();
            if (next < 0) {
                return;
            }
            head.append((char) next);
        }
        heads.add(head.toString());
        String[] target = head.toString().split(" ")[1].split(":");
        Socket behind = server.connect(target[0], Integer.parseInt(target[1]));
        client.getOutputStream().write("HTTP/1.1 200 Connected\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        server.spawn(() -> pump(behind, client));
        pump(client, behind);
    }

    private static void pump(Socket from, Socket to) throws IOException {
        InputStream in = from.getInputStream();
        OutputStream out = to.getOutputStream();
        in.transferTo(out);
        to.shutdownOutput();
    }

    @Override
    public void close() {
        server.close();
    }
}
