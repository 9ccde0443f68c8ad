package io.ballast.netty.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import io.ballast.core.model.AddressPort;
import io.ballast.core.model.CloseReason;
import io.ballast.core.model.EndpointRemoval;
import io.ballast.netty.testing.Eventually;
import io.ballast.netty.testing.LeakGuard;
import java.net.Socket;
import java.util.List;
import org.junit.jupiter.api.extension.ExtendWith;

/** What becomes of open connections when their Service gets other endpoints. */
@ExtendWith(LeakGuard.class)
class EndpointRemovalSocketTest {
    @EveryRelay
    void keepsConnectionsOfARemovedEndpointByDefault(RelayKind kind) throws Exception {
        try (TestEndpoint endpoint = TestEndpoint.start();
                TestEndpoint other = TestEndpoint.start();
                TestDatapath path = TestDatapath.start(kind, new TestService(endpoint.address()));
                Socket client = path.connect()) {
            client.getOutputStream().write(1);
            Socket server = endpoint.accept();
            replace(path, other);
            assertThat(server.getInputStream().read()).isEqualTo(1);
            server.getOutputStream().write(2);
            assertThat(client.getInputStream().read()).isEqualTo(2);
        }
    }

    @EveryRelay
    void resetsConnectionsOfARemovedEndpointOnDemand(RelayKind kind) throws Exception {
        try (TestEndpoint endpoint = TestEndpoint.start();
                TestEndpoint other = TestEndpoint.start();
                TestDatapath path =
                        TestDatapath.start(kind, new TestService(endpoint.address()).removing(EndpointRemoval.RESET));
                Socket client = path.connect()) {
            Socket server = endpoint.accept();
            Eventually.until("relaying", () -> path.service.stats.connectionsOpened() == 1);
            replace(path, other);
            TestDatapath.assertReset(client);
            TestDatapath.assertReset(server);
            path.awaitNoConnections();
            assertThat(path.service.stats.connectionsClosed(CloseReason.ENDPOINT_REMOVED))
                    .isEqualTo(1);
        }
    }

    @EveryRelay
    void resetsConnectionsOfARemovedEndpointAfterTheDrainTimeout(RelayKind kind) throws Exception {
        try (TestEndpoint endpoint = TestEndpoint.start();
                TestEndpoint other = TestEndpoint.start();
                TestDatapath path =
                        TestDatapath.start(kind, new TestService(endpoint.address()).removing(EndpointRemoval.DRAIN));
                Socket client = path.connect()) {
            Socket server = endpoint.accept();
            Eventually.until("relaying", () -> path.service.stats.connectionsOpened() == 1);
            replace(path, other);
            server.getOutputStream().write(5);
            assertThat(client.getInputStream().read()).isEqualTo(5);
            TestDatapath.assertReset(client);
            path.awaitNoConnections();
            assertThat(path.service.stats.connectionsClosed(CloseReason.ENDPOINT_REMOVED))
                    .isEqualTo(1);
        }
    }

    @EveryRelay
    void leavesConnectionsOfEndpointsThatStayAlone(RelayKind kind) throws Exception {
        try (TestEndpoint endpoint = TestEndpoint.start();
                TestEndpoint other = TestEndpoint.start();
                TestDatapath path =
                        TestDatapath.start(kind, new TestService(endpoint.address()).removing(EndpointRemoval.RESET));
                Socket client = path.connect()) {
            Socket server = endpoint.accept();
            replace(path, endpoint, other);
            server.getOutputStream().write(2);
            assertThat(client.getInputStream().read()).isEqualTo(2);
            assertThat(path.connections().open()).isEqualTo(1);
        }
    }

    private static void replace(TestDatapath path, TestEndpoint... endpoints) {
        AddressPort[] addresses =
                List.of(endpoints).stream().map(TestEndpoint::address).toArray(AddressPort[]::new);
        TestService.RouteUpdate update = path.service.replaceEndpoints(addresses);
        path.connections().routeChanged(update.before(), update.after());
    }
}
