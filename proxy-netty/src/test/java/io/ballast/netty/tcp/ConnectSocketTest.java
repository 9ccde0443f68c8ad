package io.ballast.netty.tcp;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.ballast.core.model.AddressPort;
import io.ballast.core.model.ConnectFailure;
import io.ballast.core.model.ProxyProtocol;
import io.ballast.core.model.RefuseReason;
import io.ballast.core.stats.ServicePortStats;
import io.ballast.netty.testing.Eventually;
import io.ballast.netty.testing.LeakGuard;
import io.ballast.netty.transport.IoTransport;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Arrays;
import java.util.stream.LongStream;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(LeakGuard.class)
class ConnectSocketTest {
    @EveryTransport
    void triesTheNextEndpointWhenOneRefuses(IoTransport transport) throws Exception {
        AddressPort refusing = refusingAddress();
        try (TestEndpoint endpoint = TestEndpoint.start();
                TestDatapath path = TestDatapath.start(transport, new TestService(refusing, endpoint.address()));
                Socket client = path.connect()) {
            client.getOutputStream().write(3);
            assertThat(endpoint.accept().getInputStream().read()).isEqualTo(3);
            ServicePortStats stats = path.service.stats;
            assertThat(stats.connectFailures(ConnectFailure.REFUSED)).isEqualTo(1);
            assertThat(stats.connectRetries()).isEqualTo(1);
            assertThat(stats.connectionsOpened()).isEqualTo(1);
            assertThat(LongStream.of(stats.connectDurations().counts()).sum()).isEqualTo(1);
            assertThat(path.service.balancer.failed()).isEqualTo(1);
            assertThat(path.service.balancer.active()).isEqualTo(1);
        }
    }

    @EveryTransport
    void resetsTheClientWhenNoEndpointAnswers(IoTransport transport) throws Exception {
        TestService service =
                new TestService(refusingAddress(), refusingAddress(), refusingAddress(), refusingAddress());
        try (TestDatapath path = TestDatapath.start(transport, service)) {
            path.assertClientIsReset();
            path.awaitNoConnections();
            assertThat(service.stats.connectFailures(ConnectFailure.REFUSED)).isEqualTo(3);
            assertThat(service.stats.refusals(RefuseReason.CONNECT_FAILED)).isEqualTo(1);
            assertThat(service.stats.connectionsOpened()).isZero();
            assertThat(service.balancer.active()).isZero();
        }
    }

    @EveryTransport
    void triesTheNextEndpointWhenOneIsSilent(IoTransport transport) throws Exception {
        try (Blackhole silent = Blackhole.open();
                TestEndpoint endpoint = TestEndpoint.start();
                TestDatapath path = TestDatapath.start(
                        transport,
                        new TestService(silent.address(), endpoint.address())
                                .with(TestService.options(2, Duration.ofMillis(150))));
                Socket client = path.connect()) {
            client.getOutputStream().write("early".getBytes(US_ASCII));
            assertThat(endpoint.accept().getInputStream().readNBytes(5))
                    .asString()
                    .isEqualTo("early");
            assertThat(path.service.stats.connectFailures(ConnectFailure.TIMEOUT))
                    .isEqualTo(1);
        }
    }

    @EveryTransport
    void relaysWhatTheClientSentAndEndedBeforeTheEndpointAnswered(IoTransport transport) throws Exception {
        try (Blackhole silent = Blackhole.open();
                TestEndpoint endpoint = TestEndpoint.start();
                TestDatapath path = TestDatapath.start(
                        transport,
                        new TestService(silent.address(), endpoint.address())
                                .with(TestService.options(2, Duration.ofMillis(150))));
                Socket client = path.connect()) {
            client.getOutputStream().write("all".getBytes(US_ASCII));
            client.shutdownOutput();
            Socket server = endpoint.accept();
            assertThat(server.getInputStream().readAllBytes()).asString().isEqualTo("all");
            server.getOutputStream().write("answer".getBytes(US_ASCII));
            server.shutdownOutput();
            assertThat(client.getInputStream().readAllBytes()).asString().isEqualTo("answer");
            path.awaitNoConnections();
        }
    }

    @EveryTransport
    void neverHoldsUpOtherClientsWhileConnecting(IoTransport transport) throws Exception {
        try (Blackhole silent = Blackhole.open();
                TestEndpoint endpoint = TestEndpoint.start();
                TestDatapath path = TestDatapath.start(
                        transport,
                        new TestService(silent.address()).with(TestService.options(1, Duration.ofSeconds(30))))) {
            for (int i = 0; i < 8; i++) {
                path.connect();
            }
            // Connections count as open before it is decided where they go.
            Eventually.until("all are connecting to the silent one", () -> path.service.balancer.active() == 8);
            path.service.replaceEndpoints(endpoint.address());
            try (Socket client = path.connect()) {
                client.getOutputStream().write(9);
                assertThat(endpoint.accept().getInputStream().read()).isEqualTo(9);
            }
        }
    }

    @EveryTransport
    void abandonsTheAttemptWhenTheClientVanishes(IoTransport transport) throws Exception {
        try (Blackhole silent = Blackhole.open();
                TestDatapath path = TestDatapath.start(
                        transport,
                        new TestService(silent.address()).with(TestService.options(1, Duration.ofSeconds(30))))) {
            Socket client = path.connect();
            Eventually.until("the connection is being opened", () -> path.service.balancer.active() == 1);
            client.setSoLinger(true, 0);
            client.close();
            path.awaitNoConnections();
            assertThat(path.service.balancer.active()).isZero();
            assertThat(path.service.stats.connectionsOpened()).isZero();
        }
    }

    @EveryTransport
    void announcesTheClientInText(IoTransport transport) throws Exception {
        try (TestEndpoint endpoint = TestEndpoint.start();
                TestDatapath path = TestDatapath.start(
                        transport, new TestService(endpoint.address()).announcing(ProxyProtocol.V1));
                Socket client = path.connect()) {
            client.getOutputStream().write("hello".getBytes(US_ASCII));
            String expected =
                    "PROXY TCP4 127.0.0.1 127.0.0.1 " + client.getLocalPort() + " " + client.getPort() + "\r\nhello";
            assertThat(endpoint.accept().getInputStream().readNBytes(expected.length()))
                    .asString()
                    .isEqualTo(expected);
        }
    }

    @EveryTransport
    void announcesTheClientInBinaryBeforeItSpeaks(IoTransport transport) throws Exception {
        try (TestEndpoint endpoint = TestEndpoint.start();
                TestDatapath path = TestDatapath.start(
                        transport, new TestService(endpoint.address()).announcing(ProxyProtocol.V2));
                Socket client = path.connect()) {
            byte[] header = endpoint.accept().getInputStream().readNBytes(28);
            assertThat(Arrays.copyOfRange(header, 12, 24))
                    .containsExactly(0x21, 0x11, 0, 12, 127, 0, 0, 1, 127, 0, 0, 1);
            assertThat(((header[24] & 0xff) << 8) | (header[25] & 0xff)).isEqualTo(client.getLocalPort());
        }
    }

    @EveryTransport
    void resetsClientsOfAnUnknownFrontend(IoTransport transport) throws Exception {
        try (TestEndpoint endpoint = TestEndpoint.start();
                TestDatapath path = TestDatapath.start(transport, new TestService(endpoint.address()))) {
            path.service.serveAt(new AddressPort(path.listener.address().address(), 1));
            path.assertClientIsReset();
            path.awaitNoConnections();
            assertThat(endpoint.connections()).isZero();
        }
    }

    /** A port that was free a moment ago. */
    private static AddressPort refusingAddress() throws Exception {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            return AddressPort.of((InetSocketAddress) socket.getLocalSocketAddress());
        }
    }
}
