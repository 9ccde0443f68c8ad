package io.ballast.netty.udp;

import static org.assertj.core.api.Assertions.assertThat;

import io.ballast.core.model.AddressPort;
import io.ballast.core.model.Frontend;
import io.ballast.core.model.NamespacedName;
import io.ballast.core.model.Protocol;
import io.ballast.core.model.ServicePortName;
import io.ballast.core.routing.Route;
import io.ballast.core.routing.RoutingTableDiff.RouteChange;
import io.ballast.netty.testing.LeakGuard;
import io.ballast.netty.testing.Routes;
import io.ballast.netty.testing.TurnTaking;
import io.ballast.netty.transport.IoTransport;
import java.net.DatagramSocket;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Which changes move a client that keeps its source port to another endpoint: kube-proxy's {@code CleanStaleEntries},
 * cases 71 and 72 of behaviour 10.4. A session stands for a conntrack entry.
 */
@ExtendWith(LeakGuard.class)
class UdpReconciliationTest {
    private final UdpFixture fixture = new UdpFixture();

    @AfterEach
    void close() throws Exception {
        fixture.close();
    }

    /**
     * @param serves what still serves after the change
     * @param next who answers the client's next datagram: {@code a}, as before, or {@code b}
     */
    @ParameterizedTest(name = "{0}: {1} of {2} serves {3}, {4} answers")
    @CsvSource(delimiter = '|', textBlock = """
            71 | UDP | web   | a and b         | a
            71 | UDP | web   | a               | a
            71 | UDP | web   | b               | b
            71 | UDP | web   | a on a new port | b
            71 | TCP | web   | b               | a
            71 | UDP | other | b               | a
            71 | UDP | gone  | nobody          | b
            72 | UDP | web   | nobody          | b
            """)
    void movesAClientWhenItsEndpointServesNoMore(
            int number, Protocol protocol, String service, String serves, String next) throws Exception {
        DatagramSocket a = fixture.echo("a");
        DatagramSocket b = fixture.echo("b");
        fixture.start(IoTransport.automatic(), UdpSettings.DEFAULTS, a, b);
        DatagramSocket client = fixture.client();
        assertThat(fixture.ask(client, "x")).isEqualTo("a:x");

        Route before = before(protocol, service, List.of(UdpFixture.address(a), UdpFixture.address(b)));
        Route after = service.equals("gone") ? null : serving(before, serving(serves, a, b));
        fixture.datapath().routesChanged(List.of(new RouteChange(before, after)));
        // What follows comes after the change on the event loop too.
        fixture.loops().next().submit(() -> {}).get();

        assertThat(fixture.ask(client, "y")).as("case %d", number).isEqualTo(next + ":y");
    }

    private Route before(Protocol protocol, String service, List<AddressPort> endpoints) {
        if (protocol == Protocol.UDP && !service.equals("other")) {
            return fixture.route();
        }
        ServicePortName name = new ServicePortName(new NamespacedName("default", service), "", protocol);
        Frontend like = fixture.frontend();
        Frontend frontend = new Frontend(protocol, like.address(), like.port());
        return Routes.named(name, frontend, new TurnTaking(List.of()), endpoints)
                .route();
    }

    private static Set<AddressPort> serving(String words, DatagramSocket a, DatagramSocket b) {
        return switch (words) {
            case "a and b" -> Set.of(UdpFixture.address(a), UdpFixture.address(b));
            case "a" -> Set.of(UdpFixture.address(a));
            case "b" -> Set.of(UdpFixture.address(b));
            case "a on a new port" ->
                Set.of(new AddressPort(UdpFixture.address(a).address(), 1));
            default -> Set.of();
        };
    }

    private static Route serving(Route route, Set<AddressPort> endpoints) {
        return new Route(route.servicePort(), route.endpoints(), endpoints, route.balancer(), route.stats());
    }
}
