package io.ballast.daemon.e2e;

import io.ballast.netty.testing.Machine;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;

/** A server on a machine that sends every byte back, on every address of both families. */
final class MirrorServer implements AutoCloseable {
    private final ServerSocket server;

    private MirrorServer(ServerSocket server) {
        this.server = server;
    }

    static MirrorServer start(Machine machine, int port) throws Exception {
        return machine.run(() -> {
            ServerSocket socket = new ServerSocket();
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress("::", port), 1024);
            MirrorServer server = new MirrorServer(socket);
            daemon(server::accept);
            return server;
        });
    }

    private static void daemon(Runnable body) {
        Thread thread = new Thread(body, "echo");
        thread.setDaemon(true);
        thread.start();
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket client = server.accept();
                daemon(() -> echo(client));
            } catch (IOException e) {
                if (!server.isClosed()) {
                    throw new AssertionError(e);
                }
            }
        }
    }

    private static void echo(Socket client) {
        try (client) {
            client.getInputStream().transferTo(client.getOutputStream());
        } catch (SocketException e) {
            return; // Reset by the client's side, which the client notices itself.
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
