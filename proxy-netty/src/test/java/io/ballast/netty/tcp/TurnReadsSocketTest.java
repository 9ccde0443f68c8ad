package io.ballast.netty.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import io.ballast.netty.transport.IoTransport;
import java.io.IOException;
import java.net.Socket;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Many connections that are ready in the same turn of their loops: more than one batch takes. */
class TurnReadsSocketTest {
    private static final int CONNECTIONS = 300;

    private final TestEndpoint endpoint = TestEndpoint.start();
    private final TestDatapath path;
    private final List<Socket> clients = new ArrayList<>();
    private final Map<Integer, Socket> servers = new TreeMap<>();

    TurnReadsSocketTest() throws IOException {
        path = TestDatapath.start(IoTransport.EPOLL, new TestService(endpoint.address()));
    }

    /** Each tells its number, so that its two ends are known. */
    @BeforeEach
    void connect() throws Exception {
        for (int i = 0; i < CONNECTIONS; i++) {
            clients.add(path.connect());
        }
        together(this::tellNumbers);
        for (int i = 0; i < CONNECTIONS; i++) {
            Socket server = endpoint.accept();
            server.setSoTimeout(30_000);
            int high = server.getInputStream().read();
            servers.put(high << 8 | server.getInputStream().read(), server);
        }
    }

    private void tellNumbers() throws IOException {
        for (int i = 0; i < CONNECTIONS; i++) {
            clients.get(i).getOutputStream().write(new byte[] {(byte) (i >> 8), (byte) i});
        }
    }

    @AfterEach
    void close() throws Exception {
        for (Socket client : clients) {
            client.close();
        }
        for (Socket server : servers.values()) {
            server.close();
        }
        path.close();
        endpoint.close();
    }

    private interface Work {
        void run() throws Exception;
    }

    /** Has the loops see all of it at once. */
    private void together(Work work) throws Exception {
        BusyLoops busy = BusyLoops.start(path.loops);
        try {
            work.run();
        } finally {
            busy.end();
        }
    }

    @Test
    void bytesReachTheirOwnPeersOnly() throws Exception {
        assertThat(servers).hasSize(CONNECTIONS);
        byte[] up = Payload.bytes(40_000);
        together(() -> {
            for (int i = 0; i < CONNECTIONS; i++) {
                clients.get(i).getOutputStream().write(up, i, i + 1);
                servers.get(i).getOutputStream().write(up, 2 * i, i + 1);
            }
        });
        for (int i = 0; i < CONNECTIONS; i++) {
            assertThat(servers.get(i).getInputStream().readNBytes(i + 1)).isEqualTo(part(up, i, i + 1));
            assertThat(clients.get(i).getInputStream().readNBytes(i + 1)).isEqualTo(part(up, 2 * i, i + 1));
        }
    }

    /** Fills the memory of a step, and more. */
    @Test
    void longMessagesArriveWhole() throws Exception {
        byte[] up = Payload.bytes(100_000);
        together(() -> {
            for (Socket client : clients) {
                client.getOutputStream().write(up);
            }
        });
        for (Socket server : servers.values()) {
            assertThat(server.getInputStream().readNBytes(up.length)).isEqualTo(up);
        }
    }

    /** A third says goodbye, a third is reset, and a third goes on, in the same turn. */
    @Test
    void endsOfSomeHarmNoOthers() throws Exception {
        together(() -> {
            for (int i = 0; i < CONNECTIONS; i++) {
                clients.get(i).getOutputStream().write(7);
                if (i % 3 == 0) {
                    clients.get(i).shutdownOutput();
                } else if (i % 3 == 1) {
                    servers.get(i).setSoLinger(true, 0);
                    servers.get(i).close();
                }
            }
        });
        for (int i = 0; i < CONNECTIONS; i++) {
            Socket server = servers.get(i);
            switch (i % 3) {
                case 0 -> {
                    assertThat(server.getInputStream().readAllBytes()).containsExactly(7);
                    server.getOutputStream().write(8);
                    server.close();
                    assertThat(clients.get(i).getInputStream().readAllBytes()).containsExactly(8);
                }
                case 1 -> TestDatapath.assertReset(clients.get(i));
                default -> {
                    assertThat(server.getInputStream().read()).isEqualTo(7);
                    server.getOutputStream().write(9);
                    assertThat(clients.get(i).getInputStream().read()).isEqualTo(9);
                }
            }
        }
        for (Socket client : clients) {
            client.close();
        }
        for (Socket server : servers.values()) {
            server.close();
        }
        path.awaitNoConnections();
    }

    private static byte[] part(byte[] bytes, int from, int length) {
        return Arrays.copyOfRange(bytes, from, from + length);
    }
}
