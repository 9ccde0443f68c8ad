package io.ballast.core;

import static io.ballast.core.testing.ServiceBuilder.service;
import static io.ballast.core.testing.SliceBuilder.slice;
import static org.assertj.core.api.Assertions.assertThat;

import io.ballast.core.model.FrontendKind;
import io.ballast.core.model.HostAddresses;
import io.ballast.core.model.IpFamily;
import io.ballast.core.model.NamespacedName;
import io.ballast.core.model.Node;
import io.ballast.core.model.Protocol;
import io.ballast.core.model.ServiceType;
import io.ballast.core.spi.SyncObserver;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Which addresses a Service answers at: behaviour 1.4 and 1.5. */
class ProxierFrontendsTest {
    private final ProxierFixture fixture = new ProxierFixture();
    private final Proxier proxier = fixture.proxier(SyncObserver.NONE);

    @Test
    void areOneForEachAddressOfAService() {
        proxier.nodeAddressesChanged(ProxierFixture.interfaces("192.0.2.10", "127.0.0.1", "2001:db8::10", "fe80::1"));
        proxier.upsert(service("web")
                .type(ServiceType.LOAD_BALANCER)
                .clusterIps(List.of(IpFamily.IPV4, IpFamily.IPV6), "10.96.0.10", "2001:db8:96::10")
                .nodePort("", Protocol.TCP, 80, 30080)
                .externalIps("203.0.113.1")
                .ingress("203.0.113.2", "VIP")
                .ingress("203.0.113.3", "Proxy")
                .build());
        fixture.ready(proxier);

        assertThat(fixture.served())
                .containsExactlyInAnyOrder(
                        "10.96.0.10:80/tcp",
                        "[2001:db8:96::10]:80/tcp",
                        "203.0.113.1:80/tcp",
                        "203.0.113.2:80/tcp",
                        "127.0.0.1:30080/tcp",
                        "192.0.2.10:30080/tcp",
                        "[2001:db8::10]:30080/tcp");
        assertThat(fixture.find("192.0.2.10", 30080).kind()).isEqualTo(FrontendKind.NODE_PORT);
        assertThat(fixture.dataplane.clusterIps()).isEqualTo(ProxierFixture.addresses("10.96.0.10", "2001:db8:96::10"));
    }

    @Test
    void ofNodePortsFollowTheAddressesOfTheNode() {
        proxier.upsert(
                ProxierFixture.web().nodePort("np", Protocol.TCP, 81, 30081).build());
        proxier.upsert(service("api").clusterIp("10.96.0.11").port(80).build());
        proxier.nodeAddressesChanged(ProxierFixture.interfaces("192.0.2.10"));
        fixture.ready(proxier);

        proxier.nodeAddressesChanged(ProxierFixture.interfaces("192.0.2.11"));
        proxier.sync();

        assertThat(fixture.served())
                .containsExactly("10.96.0.10:80/tcp", "10.96.0.10:81/tcp", "10.96.0.11:80/tcp", "192.0.2.11:30081/tcp");
        assertThat(fixture.dataplane.lastDiff().frontends()).hasSize(2);
        assertThat(fixture.dataplane.lastDiff().routes()).isEmpty();
    }

    /** As an ingress controller on the host's network with the node's address in externalIPs. */
    @Test
    void areLeftToAnEndpointThatListensThere() {
        proxier.nodeAddressesChanged(ProxierFixture.interfaces("192.0.2.10"));
        proxier.upsert(service("web")
                .type(ServiceType.NODE_PORT)
                .clusterIp("10.96.0.10")
                .nodePort("", Protocol.TCP, 80, 30080)
                .externalIps("192.0.2.10", "192.0.2.20")
                .build());
        proxier.upsert(slice("web-1", "web")
                .port(80)
                .endpoint("192.0.2.10", "R")
                .endpoint("192.0.2.20", "R")
                .build());
        fixture.ready(proxier);
        assertThat(fixture.served()).containsExactly("10.96.0.10:80/tcp", "192.0.2.10:30080/tcp");

        proxier.upsert(
                slice("web-1", "web").port(30080).endpoint("192.0.2.10", "R").build());
        proxier.sync();
        assertThat(fixture.served()).containsExactly("10.96.0.10:80/tcp", "192.0.2.10:80/tcp", "192.0.2.20:80/tcp");

        proxier.deleteEndpointSlice(new NamespacedName("default", "web-1"));
        proxier.sync();
        assertThat(fixture.served())
                .containsExactly("10.96.0.10:80/tcp", "192.0.2.10:80/tcp", "192.0.2.10:30080/tcp", "192.0.2.20:80/tcp");
    }

    @Test
    void ofNodePortsNeverOpenOnAClusterIpThatADummyInterfaceHolds() {
        proxier.nodeAddressesChanged(
                new HostAddresses(ProxierFixture.addresses("192.0.2.10"), ProxierFixture.addresses("10.96.0.11")));
        proxier.upsert(
                ProxierFixture.web().nodePort("np", Protocol.TCP, 81, 30081).build());
        fixture.ready(proxier);
        assertThat(fixture.served()).contains("10.96.0.11:30081/tcp");

        proxier.upsert(service("api").clusterIp("10.96.0.11").port(80).build());
        proxier.sync();
        assertThat(fixture.served()).contains("192.0.2.10:30081/tcp").doesNotContain("10.96.0.11:30081/tcp");

        proxier.deleteService(new NamespacedName("default", "api"));
        proxier.sync();
        assertThat(fixture.served()).contains("10.96.0.11:30081/tcp");
    }

    /** Of an ordinary interface, or of a dummy one that the Node object names. */
    @Test
    void ofNodePortsStayOnTheNodesOwnAddressesWhateverServiceCallsThemClusterIps() {
        proxier.nodeAddressesChanged(new HostAddresses(
                ProxierFixture.addresses("192.0.2.10"), ProxierFixture.addresses("192.0.2.11", "192.0.2.12")));
        proxier.upsert(new Node("n1", "uid", List.of("192.0.2.11"), List.of(), List.of(), Map.of(), List.of(), false));
        proxier.upsert(
                ProxierFixture.web().nodePort("np", Protocol.TCP, 81, 30081).build());
        fixture.ready(proxier);

        for (int last = 10; last <= 12; last++) {
            proxier.upsert(
                    service("own-" + last).clusterIp("192.0.2." + last).port(80).build());
        }
        proxier.sync();

        assertThat(fixture.served())
                .contains("192.0.2.10:30081/tcp", "192.0.2.11:30081/tcp", "192.0.2.10:80/tcp", "192.0.2.11:80/tcp")
                .doesNotContain("192.0.2.12:30081/tcp");
    }

    @Test
    void ofSctpPortsDoNotExist() {
        proxier.upsert(ProxierFixture.web().port("s", Protocol.SCTP, 132).build());
        proxier.upsert(service("sctp")
                .clusterIp("10.96.0.11")
                .port("", Protocol.SCTP, 132)
                .build());
        fixture.ready(proxier);

        assertThat(fixture.served()).containsExactly("10.96.0.10:80/tcp");
        assertThat(fixture.dataplane.clusterIps()).isEqualTo(ProxierFixture.addresses("10.96.0.10"));
        assertThat(fixture.warnings.take()).hasSize(2).allSatisfy(line -> assertThat(line)
                .contains("ProtocolNotSupported", "132/sctp"));
        proxier.upsert(ProxierFixture.web().port("s", Protocol.SCTP, 132).build());
        assertThat(fixture.warnings.take()).isEmpty();
    }

    @Test
    void keepTheirClusterIpAsLongAsOnePortHasIt() {
        proxier.upsert(ProxierFixture.web().port("b", Protocol.TCP, 81).build());
        fixture.ready(proxier);

        proxier.upsert(ProxierFixture.web().build());
        proxier.sync();
        assertThat(fixture.dataplane.lastDiff().removedClusterIps()).isEmpty();

        proxier.upsert(service("web").clusterIp("10.96.0.12").port(80).build());
        proxier.sync();
        assertThat(fixture.dataplane.lastDiff().removedClusterIps()).hasToString("[10.96.0.10]");
        assertThat(fixture.dataplane.lastDiff().addedClusterIps()).hasToString("[10.96.0.12]");
    }

    @Test
    void startSmallWhenAPortIsRenamed() {
        proxier.upsert(ProxierFixture.web().build());
        fixture.ready(proxier);

        proxier.upsert(service("web")
                .clusterIp("10.96.0.10")
                .port("http", Protocol.TCP, 80)
                .build());
        proxier.sync();

        assertThat(fixture.find("10.96.0.10", 80).route().servicePort().name()).hasToString("default/web:http/tcp");
        assertThat(fixture.warnings.take()).isEmpty();
    }
}
