package io.ballast.netty.tcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ballast.core.model.AddressPort;
import io.ballast.core.model.IpAddress;
import io.ballast.netty.linux.SystemCalls;
import io.ballast.netty.listener.ListenerOptions;
import io.ballast.netty.listener.TcpListener;
import io.ballast.netty.testing.Eventually;
import io.ballast.netty.testing.LeakGuard;
import io.ballast.netty.transport.IoTransport;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@ExtendWith(LeakGuard.class)
class ListenerSocketTest {
    private static final int F_DUPFD_CLOEXEC = 1030;
    private static final AddressPort ANY_PORT = new AddressPort(IpAddress.parse("127.0.0.1"), 0);

    @EveryTransport
    void saysWhyItCannotListen(IoTransport transport) throws Exception {
        try (TestEndpoint endpoint = TestEndpoint.start();
                TestDatapath path = TestDatapath.start(transport, new TestService(endpoint.address()))) {
            assertThatThrownBy(() -> path.datapath.openListener(endpoint.address(), ListenerOptions.PLAIN))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("Address already in use");
            AddressPort foreign = new AddressPort(IpAddress.parse("192.0.2.77"), 0);
            assertThatThrownBy(() -> path.datapath.openListener(foreign, ListenerOptions.PLAIN))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("Cannot assign requested address");
        }
    }

    @EveryTransport
    void acceptsNobodyAfterItIsClosedAndKeepsWhoIsThere(IoTransport transport) throws Exception {
        try (TestEndpoint endpoint = TestEndpoint.start();
                TestDatapath path = TestDatapath.start(transport, new TestService(endpoint.address()));
                Socket client = path.connect()) {
            Socket server = endpoint.accept();
            path.listener.close().get(10, TimeUnit.SECONDS);
            assertThatThrownBy(path::connect).isInstanceOf(ConnectException.class);
            server.getOutputStream().write(1);
            assertThat(client.getInputStream().read()).isEqualTo(1);
            TcpListener again = path.datapath.openListener(path.listener.address(), ListenerOptions.PLAIN);
            assertThat(again.address()).isEqualTo(path.listener.address());
        }
    }

    @EveryTransport
    void spreadsClientsOverAllLoops(IoTransport transport) throws Exception {
        try (TestEndpoint endpoint = TestEndpoint.start();
                TestDatapath path = TestDatapath.start(transport, new TestService(endpoint.address()))) {
            List<Socket> clients = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                clients.add(path.connect());
            }
            Eventually.until("all are relayed", () -> path.service.stats.connectionsOpened() == 4);
            // Ids are dealt out by loop: with two loops, odd ones and even ones.
            assertThat(path.connections().snapshot(10).join())
                    .extracting(ConnectionView::id)
                    .containsExactlyInAnyOrder(1L, 2L, 3L, 4L);
            for (Socket client : clients) {
                client.close();
            }
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"EPOLL", "IO_URING"})
    void opensOneSocketForEachLoopOnDemand(IoTransport transport) throws Exception {
        try (TestEndpoint endpoint = TestEndpoint.start();
                TestDatapath path = TestDatapath.start(transport, new TestService(endpoint.address()))) {
            TcpListener listener = path.datapath.openListener(ANY_PORT, ListenerOptions.PLAIN.withPerLoop(true));
            assertThat(listener.descriptors()).hasSize(TestDatapath.LOOPS);
            path.service.serveAt(listener.address());
            for (int i = 0; i < 16; i++) {
                try (Socket client = connect(listener.address())) {
                    client.getOutputStream().write(i);
                    assertThat(endpoint.accept().getInputStream().read()).isEqualTo(i);
                }
            }
            listener.close().get(10, TimeUnit.SECONDS);
            assertThatThrownBy(() -> connect(listener.address())).isInstanceOf(ConnectException.class);
        }
    }

    @Test
    void servesWhoWaitedWhenItIsClosed() throws Exception {
        try (TestEndpoint endpoint = TestEndpoint.start();
                TestDatapath path = TestDatapath.start(IoTransport.EPOLL, new TestService(endpoint.address()))) {
            // Nobody accepts while the loops are busy, so that clients wait in the queue.
            BusyLoops busy = BusyLoops.start(path.loops);
            List<Socket> clients = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                clients.add(path.connect());
            }
            var closed = path.listener.close();
            busy.end();
            closed.get(10, TimeUnit.SECONDS);
            for (Socket client : clients) {
                client.getOutputStream().write(1);
            }
            for (Socket client : clients) {
                assertThat(endpoint.accept().getInputStream().read()).isEqualTo(1);
                client.close();
            }
        }
    }

    @Test
    void anotherDatapathTakesOverTheSockets() throws Exception {
        try (TestEndpoint endpoint = TestEndpoint.start();
                TestDatapath old = TestDatapath.start(IoTransport.EPOLL, new TestService(endpoint.address()));
                TestDatapath young = TestDatapath.start(IoTransport.EPOLL, new TestService(endpoint.address()))) {
            int descriptor = SystemCalls.libc().fcntl(old.listener.descriptors()[0], F_DUPFD_CLOEXEC, 0);
            TcpListener adopted = young.datapath.adoptListener(ListenerOptions.PLAIN, descriptor);
            assertThat(adopted.address()).isEqualTo(old.listener.address());
            young.service.serveAt(adopted.address());
            old.listener.handOver().get(10, TimeUnit.SECONDS);
            for (int i = 0; i < 8; i++) {
                try (Socket client = connect(adopted.address())) {
                    client.getOutputStream().write(1);
                    assertThat(endpoint.accept().getInputStream().read()).isEqualTo(1);
                }
            }
            assertThat(young.service.stats.connectionsOpened()).isEqualTo(8);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"IO_URING", "NIO"})
    void refusesToTakeOverSocketsWhereItCannot(IoTransport transport) throws Exception {
        try (TestEndpoint endpoint = TestEndpoint.start();
                TestDatapath path = TestDatapath.start(transport, new TestService(endpoint.address()))) {
            assertThatThrownBy(() -> path.datapath.adoptListener(ListenerOptions.PLAIN, 0))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("use epoll");
        }
    }

    @Test
    void nioRefusesWhatItCannotBind() throws Exception {
        try (TestEndpoint endpoint = TestEndpoint.start();
                TestDatapath path = TestDatapath.start(IoTransport.NIO, new TestService(endpoint.address()))) {
            assertThatThrownBy(() -> path.datapath.openListener(ANY_PORT, ListenerOptions.PLAIN.withFreeBind(true)))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("IP_FREEBIND");
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"EPOLL", "IO_URING"})
    void listensOnAddressesThatAreNotThereYet(IoTransport transport) throws Exception {
        try (TestEndpoint endpoint = TestEndpoint.start();
                TestDatapath path = TestDatapath.start(transport, new TestService(endpoint.address()))) {
            ListenerOptions free = ListenerOptions.PLAIN.withFreeBind(true);
            AddressPort absent = new AddressPort(IpAddress.parse("192.0.2.77"), 0);
            AddressPort absent6 = new AddressPort(IpAddress.parse("2001:db8::77"), 0);
            assertThat(path.datapath.openListener(absent, free).address().address())
                    .isEqualTo(absent.address());
            assertThat(path.datapath.openListener(absent6, free).address().address())
                    .isEqualTo(absent6.address());
        }
    }

    private static Socket connect(AddressPort address) throws IOException {
        Socket socket = new Socket();
        InetAddress ip = address.address().toInetAddress();
        socket.connect(new InetSocketAddress(ip, address.port()), 10_000);
        return socket;
    }
}
