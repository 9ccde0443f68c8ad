package io.ballast.netty.linux.bpf;

import static io.ballast.netty.linux.bpf.SourceClass.NODE;
import static io.ballast.netty.linux.bpf.SourceClass.OUTSIDE;
import static io.ballast.netty.linux.bpf.SourceClass.POD;
import static org.assertj.core.api.Assertions.assertThat;

import io.ballast.core.model.Cidr;
import io.ballast.core.model.Frontend;
import io.ballast.core.model.IpAddress;
import java.net.NetworkInterface;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Who reaches a frontend that accepts some classes of sources only, from a pod, an outside host and the node. */
@SuppressWarnings("try")
class SocketLookupSourceTest extends SocketLookupFixture {

    private static final int NODE_PORT = 30_080;

    @ParameterizedTest
    @EnumSource
    void refusesOutsideSourcesWhereOnlyTheClusterIsAccepted(LookupCase kind) throws Exception {
        lookup.classify(prefixes(), Map.of());

        try (TestServer service = serve(kind, EnumSet.of(NODE, POD))) {
            assertThat(ask("pod", kind)).isEqualTo("service");
            assertThat(ask("node", kind)).isEqualTo("service");
            assertThat(ask("outside", kind)).isEqualTo(Client.REFUSED);
        }
    }

    @ParameterizedTest
    @EnumSource
    void acceptsOutsideSourcesAlone(LookupCase kind) throws Exception {
        lookup.classify(prefixes(), Map.of());

        try (TestServer service = serve(kind, EnumSet.of(OUTSIDE))) {
            assertThat(ask("pod", kind)).isEqualTo(Client.REFUSED);
            assertThat(ask("node", kind)).isEqualTo(Client.REFUSED);
            assertThat(ask("outside", kind)).isEqualTo("service");
        }
    }

    @ParameterizedTest
    @EnumSource
    void knowsPodsByTheInterfaceTheyComeInThrough(LookupCase kind) throws Exception {
        int bridge = node.run(() -> NetworkInterface.getByName("cni0").getIndex());
        lookup.classify(Map.of(), Map.of(bridge, POD));

        try (TestServer service = serve(kind, EnumSet.of(POD))) {
            assertThat(ask("pod", kind)).isEqualTo("service");
            assertThat(ask("outside", kind)).isEqualTo(Client.REFUSED);
        }
    }

    @ParameterizedTest
    @EnumSource
    void prefersTheMostSpecificBlock(LookupCase kind) throws Exception {
        Cidr all = new Cidr(kind.choose("0.0.0.0", "::"), 0);
        Cidr pod = Cidr.host(address("pod", kind));
        lookup.classify(Map.of(all, OUTSIDE, pod, POD), Map.of());

        try (TestServer service = serve(kind, EnumSet.of(POD))) {
            assertThat(ask("pod", kind)).isEqualTo("service");
            assertThat(ask("outside", kind)).isEqualTo(Client.REFUSED);
        }
    }

    @ParameterizedTest
    @EnumSource
    void knowsTheNodeByItsLoopbackInterface(LookupCase kind) throws Exception {
        Frontend onLoopback = kind.at(kind.loopback(), NODE_PORT);
        try (TestServer service = serve(kind, EnumSet.of(NODE))) {
            lookup.put(Map.of(onLoopback, Steering.to(0, Set.of(NODE))));

            assertThat(Client.ask(node, onLoopback)).isEqualTo("service");

            lookup.put(Map.of(onLoopback, Steering.to(0, Set.of(OUTSIDE))));
            assertThat(Client.ask(node, onLoopback)).isEqualTo(Client.REFUSED);
        }
    }

    @ParameterizedTest
    @EnumSource
    void forgetsWhatItWasToldBefore(LookupCase kind) throws Exception {
        lookup.classify(prefixes(), Map.of(1, POD, 2, POD));
        lookup.classify(Map.of(), Map.of());

        try (TestServer service = serve(kind, EnumSet.of(POD))) {
            assertThat(ask("pod", kind)).isEqualTo(Client.REFUSED);
        }
    }

    private Map<Cidr, SourceClass> prefixes() {
        return Map.of(
                Cidr.parse("10.244.1.0/24"), POD,
                Cidr.parse("2001:db8:244:1::/64"), POD,
                Cidr.host(address("node", LookupCase.TCP_IPV4)), NODE,
                Cidr.host(address("node", LookupCase.TCP_IPV6)), NODE);
    }

    private TestServer serve(LookupCase kind, Set<SourceClass> accepted) throws Exception {
        Frontend frontend = nodePort(kind);
        TestServer service = TestServer.service(node, kind, frontend, 1);
        int listener = lookup.addListener(service.fd(), service.own());
        lookup.put(Map.of(frontend, Steering.to(listener, accepted)));
        return service;
    }

    private String ask(String machine, LookupCase kind) throws Exception {
        return Client.ask(topology.machine(machine).namespace(), nodePort(kind));
    }

    private Frontend nodePort(LookupCase kind) {
        return kind.at(address("node", kind), NODE_PORT);
    }

    private IpAddress address(String machine, LookupCase kind) {
        return kind.choose(
                topology.machine(machine).ipv4(), topology.machine(machine).ipv6());
    }
}
