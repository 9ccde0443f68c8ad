package io.ballast.daemon.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.ballast.core.model.HostAddresses;
import io.ballast.core.model.IpAddress;
import io.ballast.core.scheduling.SchedulerRegistry;
import io.ballast.daemon.check.Finding.Severity;
import io.ballast.daemon.config.ConfigLoader;
import io.ballast.daemon.config.FlagValues;
import io.ballast.daemon.config.InvalidConfigException;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every mistake is named by place, object and field, with the remedy, and costs nobody else. */
class CheckTest {
    private static final String GOOD = """
            apiVersion: v1
            kind: Service
            metadata: {name: a-good, namespace: shop}
            spec: {type: NodePort, clusterIP: 10.96.0.1, externalIPs: [203.0.113.9], ports: [{port: 80, nodePort: 30080}]}
            ---
            """;

    private static Check.Result check(String manifests) throws InvalidConfigException {
        SchedulerRegistry schedulers = SchedulerRegistry.load(CheckTest.class.getClassLoader());
        ConfigLoader loader = new ConfigLoader(() -> "host-a", schedulers.names());
        return new Check(loader, schedulers, () -> HostAddresses.of(Set.of(IpAddress.parse("192.0.2.1"))))
                .run(
                        List.of("-"),
                        new FlagValues(),
                        new ByteArrayInputStream(manifests.getBytes(StandardCharsets.UTF_8)));
    }

    private static Arguments mistake(String name, String object, Severity severity, String... parts) {
        return Arguments.of(Named.of(name, object), severity, List.of(parts));
    }

    private static String service(String fields) {
        return "apiVersion: v1\nkind: Service\nmetadata: {name: bad, namespace: shop}\nspec: {" + fields + "}\n";
    }

    private static String annotated(String annotation) {
        return "apiVersion: v1\nkind: Service\nmetadata: {name: bad, namespace: shop, annotations: {" + annotation
                + "}}\nspec: {clusterIP: 10.96.0.2, ports: [{port: 80}]}\n";
    }

    private static String slice(String fields) {
        return "apiVersion: discovery.k8s.io/v1\nkind: EndpointSlice\nmetadata: {name: bad-1, namespace: shop, labels:"
                + " {kubernetes.io/service-name: bad}}\naddressType: IPv4\n" + fields + "\n";
    }

    static Stream<Arguments> mistakes() {
        return Stream.of(
                mistake(
                        "bad port",
                        service("clusterIP: 10.96.0.2, ports: [{port: 80}, {name: x, port: 70000}]"),
                        Severity.ERROR,
                        "Service shop/bad",
                        "spec.ports[1].port is 70000: write a number from 1 to 65535"),
                mistake(
                        "ports that are no list",
                        service("clusterIP: 10.96.0.2, ports: 80"),
                        Severity.ERROR,
                        "Service shop/bad",
                        "spec.ports is 80: write a list"),
                mistake(
                        "SCTP",
                        service("clusterIP: 10.96.0.2, ports: [{port: 80, protocol: SCTP}]"),
                        Severity.ERROR,
                        "Service shop/bad",
                        "80/sctp is not served"),
                mistake(
                        "bad ClusterIP",
                        service("clusterIP: 10.96.0.2000, ports: [{port: 80}]"),
                        Severity.ERROR,
                        "Service shop/bad",
                        "clusterIP: \"10.96.0.2000\" is not an address"),
                mistake(
                        "bad externalIP",
                        service("clusterIP: 10.96.0.2, externalIPs: [\"fe80::1%eth0\"], ports: [{port: 80}]"),
                        Severity.ERROR,
                        "Service shop/bad",
                        "externalIPs: \"fe80::1%eth0\" is not an address"),
                mistake(
                        "bad source range",
                        service("clusterIP: 10.96.0.2, loadBalancerSourceRanges: [10.0.0.0/33], ports: [{port: 80}]"),
                        Severity.ERROR,
                        "Service shop/bad",
                        "loadBalancerSourceRanges: \"10.0.0.0/33\" is not a CIDR such as"),
                mistake(
                        "NodePort of two",
                        service("type: NodePort, clusterIP: 10.96.0.2, ports: [{port: 80, nodePort: 30080}]"),
                        Severity.ERROR,
                        "Service shop/bad",
                        "192.0.2.1:30080/tcp (NodePort): shop/a-good/tcp has it. Change"),
                mistake(
                        "externalIP of two",
                        service("clusterIP: 10.96.0.2, externalIPs: [203.0.113.9], ports: [{port: 80}]"),
                        Severity.ERROR,
                        "Service shop/bad",
                        "203.0.113.9:80/tcp (ExternalIP): shop/a-good/tcp has it. Change"),
                mistake(
                        "externalIP that is a ClusterIP",
                        service("clusterIP: 10.96.0.2, externalIPs: [10.96.0.1], ports: [{port: 80}]"),
                        Severity.ERROR,
                        "Service shop/bad",
                        "10.96.0.1:80/tcp (ExternalIP): shop/a-good/tcp has it. Change"),
                mistake(
                        "unknown scheduler",
                        annotated("ballast.io/scheduler: fastest"),
                        Severity.WARNING,
                        "Service shop/bad",
                        "ballast.io/scheduler: \"fastest\" is not a scheduler, such as rr"),
                mistake(
                        "bad annotation",
                        annotated("ballast.io/connect-attempts: \"11\""),
                        Severity.WARNING,
                        "Service shop/bad",
                        "ballast.io/connect-attempts: \"11\" must be a number from 1 to 10"),
                mistake(
                        "unknown annotation",
                        annotated("ballast.io/shceduler: rr"),
                        Severity.WARNING,
                        "Service shop/bad",
                        "ballast.io/shceduler is not known",
                        "Known after ballast.io/: scheduler"),
                mistake(
                        "no health check port",
                        service("type: LoadBalancer, clusterIP: 10.96.0.2, externalTrafficPolicy: Local,"
                                + " ports: [{port: 80}]"),
                        Severity.WARNING,
                        "Service shop/bad",
                        "healthCheckNodePort is 0"),
                mistake(
                        "bad endpoint",
                        slice("ports: [{port: 80}]\nendpoints: [{addresses: [10.244.0.300]}]"),
                        Severity.ERROR,
                        "EndpointSlice shop/bad-1",
                        "endpoints[0].addresses[0] is \"10.244.0.300\": write an IPv4 address"),
                mistake(
                        "bad weight",
                        "apiVersion: discovery.k8s.io/v1\nkind: EndpointSlice\nmetadata: {name: bad-1, namespace: shop,"
                                + " annotations: {ballast.io/weight: heavy}}\naddressType: IPv4\n",
                        Severity.WARNING,
                        "EndpointSlice shop/bad-1",
                        "metadata.annotations.ballast.io/weight is \"heavy\": write a number"),
                mistake(
                        "no spec",
                        "apiVersion: v1\nkind: Service\nmetadata: {name: bad, namespace: shop}\n",
                        Severity.ERROR,
                        "Service shop/bad",
                        "spec is missing: write spec.clusterIP"),
                mistake("no kind", "metadata: {name: bad}\n", Severity.ERROR, "Object bad", "kind is missing: write"),
                mistake("no name", "kind: Service\n", Severity.ERROR, "Service", "metadata.name is missing: write it"),
                mistake(
                        "the same Service again",
                        GOOD.substring(0, GOOD.indexOf("---")),
                        Severity.ERROR,
                        "Service shop/a-good",
                        "the same Service is in stdin:1 (document 1), which is used: remove one"));
    }

    @ParameterizedTest
    @MethodSource("mistakes")
    void namesTheMistakeAndServesTheGoodService(String object, Severity severity, List<String> parts) throws Exception {
        Check.Result result = check(GOOD + object);

        assertThat(result.findings()).singleElement().satisfies(finding -> {
            assertThat(finding.severity()).isEqualTo(severity);
            assertThat(finding.toString())
                    .startsWith("stdin:6 (document 2): " + severity.label() + ": " + parts.get(0));
            assertThat(finding.message()).contains(parts.subList(1, parts.size()));
        });
        assertThat(result.table()).isNotNull().satisfies(table -> assertThat(table.frontends())
                .filteredOn(frontend ->
                        frontend.route().servicePort().name().service().name().equals("a-good"))
                .extracting(frontend -> frontend.frontend().toString())
                .containsExactlyInAnyOrder("10.96.0.1:80/tcp", "203.0.113.9:80/tcp", "192.0.2.1:30080/tcp"));
    }

    @Test
    void namesLineAndDocumentOfTextThatCannotBeParsed() throws Exception {
        Check.Result result = check(GOOD + "kind: Service\nspec: {ports: [\n");

        assertThat(result.findings()).singleElement().satisfies(finding -> assertThat(finding.toString())
                .startsWith("stdin:8 (document 2): error: not YAML: ")
                .endsWith("; check indentation, colons and quotes there"));
    }

    @Test
    void servesNodePortsAtTheAddressesOfTheNodeThatIsDescribed() throws Exception {
        Check.Result result = check(GOOD + "apiVersion: v1\nkind: Node\nmetadata: {name: host-a}\n"
                + "status: {addresses: [{type: InternalIP, address: 198.51.100.4}]}\n");

        assertThat(result.findings()).isEmpty();
        assertThat(result.table()).isNotNull().satisfies(table -> assertThat(table.frontends())
                .extracting(frontend -> frontend.frontend().toString())
                .contains("198.51.100.4:30080/tcp")
                .doesNotContain("192.0.2.1:30080/tcp"));
    }
}
