package io.ballast.netty.linux.bpf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.ballast.core.model.Frontend;
import io.ballast.core.model.IpAddress;
import io.ballast.core.model.IpFamily;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

@SuppressWarnings("try")
class SocketLookupTest extends SocketLookupFixture {

    private static final int PORT = 80;
    private static final int HOST_PORT = 22;

    @ParameterizedTest
    @EnumSource
    void bringsClientsToAListenerBoundElsewhere(LookupCase kind) throws Exception {
        try (TestServer service = serve(kind)) {
            String expected = "service " + kind.frontend(PORT).addressPort();

            assertThat(Client.askAll(pod, kind.frontend(PORT))).startsWith(expected);
            assertThat(Client.askAll(node, kind.frontend(PORT))).startsWith(expected);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "TCP_IPV4, IPV4",
        "TCP_IPV4, IPV6",
        "TCP_IPV6, IPV6",
        "UDP_IPV4, IPV4",
        "UDP_IPV4, IPV6",
        "UDP_IPV6, IPV6"
    })
    void leavesHostProcessesOnTheSamePortAlone(LookupCase kind, IpFamily wildcard) throws Exception {
        Frontend onNode = kind.at(nodeAddress(kind), PORT);

        try (TestServer host = TestServer.host(node, kind, wildcard, PORT);
                TestServer service = serve(kind)) {
            assertThat(Client.ask(pod, kind.frontend(PORT))).isEqualTo("service");
            assertThat(Client.ask(pod, onNode)).isEqualTo("host");
            assertThat(Client.ask(node, onNode)).isEqualTo("host");
        }
        try (TestServer service = serve(kind);
                TestServer host = TestServer.host(node, kind, wildcard, PORT)) {
            assertThat(Client.ask(pod, kind.frontend(PORT))).isEqualTo("service");
            assertThat(Client.ask(pod, onNode)).isEqualTo("host");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "TCP_IPV4, IPV4",
        "TCP_IPV4, IPV6",
        "TCP_IPV6, IPV6",
        "UDP_IPV4, IPV4",
        "UDP_IPV4, IPV6",
        "UDP_IPV6, IPV6"
    })
    void refusesAllOtherPortsOfGuardedAddresses(LookupCase kind, IpFamily wildcard) throws Exception {
        Frontend hostPort = kind.frontend(HOST_PORT);

        try (TestServer host = TestServer.host(node, kind, wildcard, HOST_PORT);
                TestServer service = serve(kind)) {
            assertThat(Client.ask(pod, hostPort)).as("not guarded yet").isEqualTo("host");

            lookup.guard(List.of(kind.clusterIp()));

            assertThat(Client.ask(pod, hostPort)).isEqualTo(Client.REFUSED);
            assertThat(Client.ask(node, hostPort)).isEqualTo(Client.REFUSED);
            assertThat(Client.ask(pod, kind.frontend(PORT))).isEqualTo("service");
            assertThat(Client.ask(pod, kind.at(nodeAddress(kind), HOST_PORT))).isEqualTo("host");

            lookup.unguard(List.of(kind.clusterIp()));
            assertThat(Client.ask(pod, hostPort)).as("not guarded any more").isEqualTo("host");
        }
    }

    @ParameterizedTest
    @EnumSource
    void refusesAFrontendWhoseListenerIsGone(LookupCase kind) throws Exception {
        try (TestServer host = TestServer.host(node, kind, kind.family(), PORT)) {
            serve(kind).close();

            assertThat(Client.ask(pod, kind.frontend(PORT))).isEqualTo(Client.REFUSED);
            assertThat(Client.ask(node, kind.frontend(PORT))).isEqualTo(Client.REFUSED);
        }
    }

    @ParameterizedTest
    @EnumSource
    void forgetsARemovedFrontend(LookupCase kind) throws Exception {
        try (TestServer host = TestServer.host(node, kind, kind.family(), PORT);
                TestServer service = serve(kind)) {
            lookup.remove(List.of(kind.frontend(PORT)));

            assertThat(Client.ask(pod, kind.frontend(PORT))).isEqualTo("host");
        }
    }

    @ParameterizedTest
    @EnumSource
    void refusesTheListenersOwnAddressUntilItIsForgotten(LookupCase kind) throws Exception {
        try (TestServer service = TestServer.service(node, kind, kind.frontend(PORT), 1)) {
            int listener = lookup.addListener(service.fd(), service.own());
            assertThat(Client.ask(node, service.own())).isEqualTo(Client.REFUSED);

            lookup.removeListener(listener);
            assertThat(lookup.frontends()).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource
    void spreadsClientsOverTheReuseportGroup(LookupCase kind) throws Exception {
        try (TestServer service = TestServer.service(node, kind, kind.frontend(PORT), 4)) {
            steer(kind.frontend(PORT), service);
            Set<String> sockets = new HashSet<>();

            for (int client = 0; client < 200 && sockets.size() < 4; client++) {
                sockets.add(Client.askAll(pod, kind.frontend(PORT)).strip().split(" ")[2]);
            }

            assertThat(sockets).containsExactlyInAnyOrder("0", "1", "2", "3");
        }
    }

    @ParameterizedTest
    @EnumSource
    void changesTheListenerOfANumber(LookupCase kind) throws Exception {
        TestServer first = TestServer.service(node, kind, kind.frontend(PORT), 1);
        int listener = steer(kind.frontend(PORT), first);
        try (TestServer second = TestServer.service(node, kind, kind.frontend(PORT), 1)) {
            lookup.replaceListener(listener, second.fd());
            first.close();

            assertThat(Client.ask(pod, kind.frontend(PORT))).isEqualTo("service");
        }
    }

    /** An IPv6 socket bound to an address, other than a wildcard, takes no IPv4 either. */
    @ParameterizedTest
    @CsvSource({"TCP_IPV4, TCP_IPV6", "TCP_IPV6, TCP_IPV4", "UDP_IPV4, UDP_IPV6", "UDP_IPV6, UDP_IPV4"})
    void keepsAListenerOfTheOtherFamilyFromAFrontend(LookupCase kind, LookupCase other) throws Exception {
        try (TestServer service = TestServer.service(node, other, other.frontend(PORT), 1)) {
            int listener = lookup.addListener(service.fd(), service.own());
            lookup.put(Map.of(kind.frontend(PORT), Steering.to(listener)));

            assertThat(Client.ask(pod, kind.frontend(PORT))).isEqualTo(Client.REFUSED);
        }
    }

    @Test
    void turnsDownAListenerOnAWildcard() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> lookup.addListener(0, LookupCase.TCP_IPV4.at(IpAddress.parse("0.0.0.0"), 4000)))
                .withMessageContaining("0.0.0.0:4000/tcp");
    }

    @Test
    void detachesWhenClosed() throws Exception {
        lookup.close();

        assertThat(node.run(BpfLink::attachedPrograms)).isEmpty();
    }

    private TestServer serve(LookupCase kind) throws Exception {
        return serve(kind, kind.frontend(PORT));
    }

    private IpAddress nodeAddress(LookupCase kind) {
        return kind.choose(
                topology.machine("node").ipv4(), topology.machine("node").ipv6());
    }
}
