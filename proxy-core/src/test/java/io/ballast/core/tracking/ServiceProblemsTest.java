package io.ballast.core.tracking;

import static io.ballast.core.testing.ServiceBuilder.service;
import static org.assertj.core.api.Assertions.assertThat;

import io.ballast.core.model.IpFamily;
import io.ballast.core.model.Protocol;
import io.ballast.core.model.Service;
import io.ballast.core.model.ServicePort;
import io.ballast.core.model.ServiceType;
import io.ballast.core.model.TrafficPolicy;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is not served of a Service, and what its owner is told of it. */
class ServiceProblemsTest {
    @Test
    void namesBadItemsAndServesTheRest() {
        Service service = service("web")
                .clusterIp("10.96.0.10")
                .port("ok", Protocol.TCP, 80)
                .port("zero", Protocol.TCP, 0)
                .nodePort("big", Protocol.UDP, 53, 70_000)
                .externalIps("192.0.2.1", "192.0.2.256", "0.0.0.0")
                .ingress("lb.example", "VIP")
                .sourceRanges("198.51.100.0/24", "198.51.100.0/33")
                .build();

        ServicePort port = ServicePorts.of(service, Tracking.SETTINGS).get(0);
        assertThat(port.externalIps()).hasToString("[192.0.2.1]");
        assertThat(port.sourceRanges()).hasToString("[198.51.100.0/24]");
        assertThat(ServicePorts.of(service, Tracking.SETTINGS)).hasSize(1);
        assertThat(ServicePorts.problems(service, Tracking.SETTINGS))
                .satisfiesExactly(
                        zero -> assertThat(zero).contains("InvalidPort", "\"zero\"", "port 0", "1-65535"),
                        big -> assertThat(big).contains("InvalidPort", "\"big\"", "nodePort 70000"),
                        ip -> assertThat(ip).contains("InvalidAddress", "externalIPs", "\"192.0.2.256\""),
                        any -> assertThat(any).contains("InvalidAddress", "externalIPs", "\"0.0.0.0\""),
                        host -> assertThat(host).contains("InvalidAddress", "ingress", "\"lb.example\""),
                        range -> assertThat(range).contains("InvalidAddress", "loadBalancerSourceRanges", "/33"));
    }

    /** Routes to these would keep the node's own packets from groups and neighbours. */
    @ParameterizedTest
    @ValueSource(strings = {"224.0.0.18", "255.255.255.255", "ff02::1", "fe80::1"})
    void addressesOfGroupsAndOfLinksAreNotServed(String address) {
        Service cluster = service("web").clusterIp(address).port(80).build();
        Service external = service("web")
                .clusterIp("10.96.0.10")
                .port(80)
                .externalIps(address)
                .build();

        assertThat(ServicePorts.of(cluster, Tracking.SETTINGS)).isEmpty();
        assertThat(ServicePorts.of(external, Tracking.SETTINGS).get(0).externalIps())
                .isEmpty();
        for (Service service : List.of(cluster, external)) {
            assertThat(ServicePorts.problems(service, Tracking.SETTINGS))
                    .singleElement()
                    .asString()
                    .contains("InvalidAddress", address, "left out");
        }
    }

    @Test
    void serviceWithABadClusterIpIsNotServed() {
        Service service = service("web")
                .clusterIps(List.of(IpFamily.IPV4, IpFamily.IPV6), "10.96.0.300", "10.96.0.10")
                .port(80)
                .build();

        assertThat(ServicePorts.of(service, Tracking.SETTINGS)).isEmpty();
        assertThat(ServicePorts.problems(service, Tracking.SETTINGS))
                .satisfiesExactly(
                        bad -> assertThat(bad).contains("InvalidAddress", "\"10.96.0.300\""),
                        family -> assertThat(family).contains("InvalidAddress", "not an IPv6 address"));
    }

    @Test
    void tellsThatSctpIsNotServedAndThatTheHealthCheckPortIsMissing() {
        Service service = service("web")
                .type(ServiceType.LOAD_BALANCER)
                .external(TrafficPolicy.LOCAL)
                .clusterIp("10.96.0.10")
                .port("s", Protocol.SCTP, 80)
                .build();

        assertThat(ServicePorts.of(service, Tracking.SETTINGS)).hasSize(1);
        assertThat(ServicePorts.problems(service, Tracking.SETTINGS))
                .satisfiesExactly(
                        sctp -> assertThat(sctp).startsWith("ProtocolNotSupported: Port 80/sctp is not served"),
                        health -> assertThat(health).startsWith("NoHealthCheckNodePort:"));
    }
}
