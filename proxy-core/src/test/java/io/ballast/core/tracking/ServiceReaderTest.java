package io.ballast.core.tracking;

import static io.ballast.core.testing.ServiceBuilder.service;
import static org.assertj.core.api.Assertions.assertThat;

import io.ballast.core.model.IpAddress;
import io.ballast.core.model.IpFamily;
import io.ballast.core.model.Protocol;
import io.ballast.core.model.Service;
import io.ballast.core.model.ServiceOptions;
import io.ballast.core.model.ServicePort;
import io.ballast.core.model.ServiceType;
import io.ballast.core.model.TrafficPolicy;
import io.ballast.core.testing.ServiceBuilder;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Behaviour 1.1 to 1.6 and cases 30 to 38 and 42 of kube-proxy's unit tests (behaviour 10.2). */
class ServiceReaderTest {
    private static final List<IpFamily> BOTH = List.of(IpFamily.IPV4, IpFamily.IPV6);

    @ParameterizedTest
    @EnumSource(names = {"TCP", "SCTP"})
    void case30SkipsHeadlessServices(Protocol protocol) {
        assertThat(read(service("web").clusterIp("None").port("p", protocol, 80)))
                .isEmpty();
        assertThat(read(service("web").clusterIp("None"))).isEmpty();
    }

    @Test
    void case31SkipsExternalNamesAndServicesWithoutClusterIp() {
        assertThat(read(service("web")
                        .type(ServiceType.EXTERNAL_NAME)
                        .clusterIp("172.16.55.4")
                        .port(80)))
                .isEmpty();
        assertThat(read(service("web").clusterIp("").port(80))).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(names = {"CLUSTER_IP", "NODE_PORT", "LOAD_BALANCER"})
    void case32MakesOneServicePortOfEachPort(ServiceType type) {
        List<ServicePort> ports = read(service("dns")
                .type(type)
                .clusterIp("10.96.0.10")
                .port("tcp", Protocol.TCP, 53)
                .nodePort("udp", Protocol.UDP, 53, 30053));

        assertThat(ports)
                .extracting(port -> port.name().toString())
                .containsExactly("default/dns:tcp/tcp", "default/dns:udp/udp");
        assertThat(ports).extracting(ServicePort::nodePort).containsExactly(0, 30053);
    }

    @ParameterizedTest
    @CsvSource({"VIP, true", "'', true", "Proxy, false"})
    void case33And34ServesIngressAddressesOfModeVip(String mode, boolean served) {
        List<ServicePort> ports = read(service("web")
                .type(ServiceType.LOAD_BALANCER)
                .clusterIp("10.96.0.10")
                .port("a", Protocol.TCP, 80)
                .port("b", Protocol.TCP, 81)
                .ingress("10.1.2.4", mode));

        assertThat(ports).hasSize(2);
        assertThat(ports)
                .extracting(ServicePort::loadBalancerIps)
                .containsOnly(served ? List.of(IpAddress.parse("10.1.2.4")) : List.of());
    }

    @Test
    void case35PutsTheHealthCheckPortOnEveryPort() {
        ServiceBuilder local = service("web")
                .type(ServiceType.LOAD_BALANCER)
                .external(TrafficPolicy.LOCAL)
                .clusterIp("10.96.0.10")
                .port("a", Protocol.TCP, 80)
                .port("b", Protocol.TCP, 81)
                .healthCheckNodePort(345);

        assertThat(read(local)).extracting(ServicePort::healthCheckNodePort).containsExactly(345, 345);
        assertThat(read(local.external(TrafficPolicy.CLUSTER)))
                .extracting(ServicePort::healthCheckNodePort)
                .containsExactly(0, 0);
    }

    @Test
    void case36ServesAServiceInItsOwnFamilyOnly() {
        Service ipv6 = service("web")
                .clusterIps(List.of(IpFamily.IPV6), "2001:db8::1")
                .port(80)
                .build();

        assertThat(ServicePorts.of(ipv6, Tracking.SETTINGS))
                .extracting(ServicePort::family)
                .containsExactly(IpFamily.IPV6);
        assertThat(ServicePorts.of(ipv6, onlyIpv4())).isEmpty();
    }

    @Test
    void case37SplitsAddressesAndRangesByFamily() {
        List<ServicePort> ports = read(service("web")
                .type(ServiceType.LOAD_BALANCER)
                .clusterIps(BOTH, "10.96.0.10", "2001:db8:96::10")
                .port(80)
                .externalIps("192.0.2.1", "2001:db8::1")
                .ingress("192.0.2.2", "VIP")
                .ingress("2001:db8::2", "VIP")
                .sourceRanges("198.51.100.0/24", "2001:db8:1::/48"));

        assertThat(ports).extracting(ServicePort::family).containsExactly(IpFamily.IPV4, IpFamily.IPV6);
        assertThat(ports.get(0).externalIps()).hasToString("[192.0.2.1]");
        assertThat(ports.get(0).loadBalancerIps()).hasToString("[192.0.2.2]");
        assertThat(ports.get(0).sourceRanges()).hasToString("[198.51.100.0/24]");
        assertThat(ports.get(1).externalIps()).hasToString("[2001:db8::1]");
        assertThat(ports.get(1).loadBalancerIps()).hasToString("[2001:db8::2]");
        assertThat(ports.get(1).sourceRanges()).hasToString("[2001:db8:1::/48]");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
    ' 10.1.2.0/28'              | 10.1.2.0/28
    '10.1.2.0/28  '             | 10.1.2.0/28
    203.0.113.000/025           | 203.0.113.0/25
    10.1.2.0/28,0.0.0.0/0       | ''
    2001:db8::/32               | ''
    ::/0,10.1.2.0/28            | 10.1.2.0/28
    ' ',10.1.2.0/28             | 10.1.2.0/28
    """)
    void case38ReadsSourceRanges(String ranges, String expected) {
        List<ServicePort> ports = read(service("web")
                .clusterIp("10.96.0.10")
                .port(80)
                .sourceRanges(ranges.replace("'", "").split(",")));

        assertThat(ports.get(0).sourceRanges()).hasToString("[" + expected + "]");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
    ''        | 10.0.0.1              | 10.0.0.1 | -
    ''        | 2001:db8::1           | -        | 2001:db8::1
    IPV4,IPV6 | 10.0.0.1,2001:db8::1  | 10.0.0.1 | 2001:db8::1
    IPV6,IPV4 | 2001:db8::1,10.0.0.1  | 10.0.0.1 | 2001:db8::1
    IPV4      | 10.0.0.1              | 10.0.0.1 | -
    IPV6      | 2001:db8::1           | -        | 2001:db8::1
    IPV4,IPV6 | 10.0.0.1              | 10.0.0.1 | -
    """)
    void case42PicksTheClusterIpOfAFamily(String families, String ips, String ipv4, String ipv6) {
        ServiceBuilder builder = service("web").port(80);
        if (families.isEmpty()) {
            builder.clusterIp(ips);
        } else {
            builder.clusterIps(
                    List.of(families.split(",")).stream().map(IpFamily::valueOf).toList(), ips.split(","));
        }
        List<ServicePort> ports = read(builder);

        assertThat(clusterIp(ports, IpFamily.IPV4)).isEqualTo(ipv4);
        assertThat(clusterIp(ports, IpFamily.IPV6)).isEqualTo(ipv6);
    }

    @ParameterizedTest
    @CsvSource({
        "LOAD_BALANCER, '', LOCAL",
        "NODE_PORT, '', LOCAL",
        "CLUSTER_IP, 192.0.2.1, LOCAL",
        "CLUSTER_IP, '', CLUSTER",
    })
    void honoursExternalLocalOnlyWhereOutsidersComeIn(ServiceType type, String externalIp, TrafficPolicy expected) {
        ServiceBuilder builder = service("web")
                .type(type)
                .clusterIp("10.96.0.10")
                .port(80)
                .healthCheckNodePort(1)
                .external(TrafficPolicy.LOCAL)
                .externalIps(externalIp.isEmpty() ? new String[0] : new String[] {externalIp});

        assertThat(read(builder)).extracting(ServicePort::externalTrafficPolicy).containsExactly(expected);
    }

    /** The remedy that kube-proxy offers against CVE-2020-8554: externalIPs are not even looked at. */
    @Test
    void leavesExternalIpsUnservedWhereTheGateIsOff() {
        TrackingSettings gateOff = new TrackingSettings(
                "n1",
                Set.of(IpFamily.values()),
                ServiceOptions.DEFAULTS,
                name -> true,
                NodePortRules.DEFAULT,
                null,
                false);
        Service service = service("web")
                .clusterIp("10.96.0.10")
                .port(80)
                .externalIps("192.0.2.1", "not an address")
                .build();

        assertThat(ServicePorts.of(service, gateOff)).singleElement().satisfies(port -> assertThat(port.externalIps())
                .isEmpty());
        assertThat(ServicePorts.problems(service, gateOff)).isEmpty();
    }

    @Test
    void comparesAddressesByValueAndLeavesBlankOnesOutSilently() {
        ServiceBuilder builder = service("web")
                .clusterIp("172.30.0.041")
                .port(80)
                .externalIps("192.000.002.001", " 192.0.2.1 ", "", " ");

        assertThat(read(builder).get(0).clusterIp()).hasToString("172.30.0.41");
        assertThat(read(builder).get(0).externalIps()).hasToString("[192.0.2.1]");
        assertThat(ServicePorts.problems(builder.build(), Tracking.SETTINGS)).isEmpty();
    }

    private static List<ServicePort> read(ServiceBuilder builder) {
        return ServicePorts.of(builder.build(), Tracking.SETTINGS);
    }

    private static TrackingSettings onlyIpv4() {
        return new TrackingSettings(
                "n1", Set.of(IpFamily.IPV4), ServiceOptions.DEFAULTS, name -> true, NodePortRules.DEFAULT, null, true);
    }

    private static String clusterIp(List<ServicePort> ports, IpFamily family) {
        String found = ports.stream()
                .filter(port -> port.family() == family)
                .map(port -> port.clusterIp().toString())
                .collect(Collectors.joining());
        return found.isEmpty() ? "-" : found;
    }
}
