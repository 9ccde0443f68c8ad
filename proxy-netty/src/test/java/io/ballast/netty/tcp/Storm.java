package io.ballast.netty.tcp;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/** Many short connections that end in every way: FIN first from either side, RST from either side. */
final class Storm {
    private Storm() {}

    static Executor threads() {
        return body -> {
            Thread thread = new Thread(body, "storm");
            thread.setDaemon(true);
            thread.start();
        };
    }

    /** One client after the other; each sends one byte that says how the endpoint ends, and gets one back. */
    static void run(TestDatapath path, int seed, int connections) {
        try {
            for (int i = 0; i < connections; i++) {
                int way = (seed + i) % 4;
                try (Socket client = path.connect()) {
                    client.getOutputStream().write(way);
                    int answer = client.getInputStream().read();
                    if (answer != way) {
                        throw new AssertionError("answer " + answer + " to " + way);
                    }
                    endAsClient(client, way);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void endAsClient(Socket client, int way) throws IOException {
        switch (way) {
            case 0 -> client.shutdownOutput();
            case 1 -> client.setSoLinger(true, 0);
            default -> awaitEnd(client);
        }
    }

    /** Answers that many connections, on a thread of its own. */
    static CompletableFuture<Void> serve(TestEndpoint endpoint, int connections) {
        return CompletableFuture.runAsync(
                () -> {
                    for (int i = 0; i < connections; i++) {
                        answer(endpoint);
                    }
                },
                threads());
    }

    private static void answer(TestEndpoint endpoint) {
        try (Socket server = endpoint.accept()) {
            int way = server.getInputStream().read();
            server.getOutputStream().write(way);
            switch (way) {
                case 2 -> server.shutdownOutput();
                case 3 -> server.setSoLinger(true, 0);
                default -> awaitEnd(server);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** FIN or RST from the other side. */
    private static void awaitEnd(Socket socket) {
        try {
            int next = socket.getInputStream().read();
            if (next != -1) {
                throw new AssertionError("unexpected byte " + next);
            }
        } catch (IOException e) {
            if (!String.valueOf(e.getMessage()).contains("reset")) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
