package io.ballast.daemon.e2e;

import io.ballast.netty.testing.Machine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Services and slices for {@code --source-dir}, written as a person would. Mutable, confined to one thread. */
final class Manifest {
    private final String name;
    private final List<String> spec = new ArrayList<>();
    private final List<String> annotations = new ArrayList<>();
    private final List<String> labels = new ArrayList<>();
    private final List<String> ports = new ArrayList<>();
    private final List<String> ingress = new ArrayList<>();
    private final List<String> slices = new ArrayList<>();
    private final List<String> families;
    private String sliceAnnotations = "";

    private Manifest(String name, List<String> families) {
        this.name = name;
        this.families = families;
    }

    static Manifest service(String name, String... clusterIps) {
        List<String> families = Stream.of(clusterIps).map(Manifest::family).toList();
        return new Manifest(name, families)
                .spec("clusterIP: \"" + clusterIps[0] + "\"")
                .spec("clusterIPs: " + quoted(List.of(clusterIps)))
                .spec("ipFamilies: " + families);
    }

    /** A Service that is a name in the DNS and nothing to a proxy. */
    static Manifest externalName(String name) {
        return new Manifest(name, List.of()).spec("type: ExternalName").spec("externalName: example.org");
    }

    private static String family(String ip) {
        return ip.contains(":") ? "IPv6" : "IPv4";
    }

    static String quoted(List<String> items) {
        return items.stream().map(item -> '"' + item + '"').collect(Collectors.joining(", ", "[", "]"));
    }

    /** A line of {@code spec}. */
    Manifest spec(String line) {
        spec.add(line);
        return this;
    }

    Manifest annotation(String key, String value) {
        annotations.add(key + ": \"" + value + "\"");
        return this;
    }

    Manifest label(String key, String value) {
        labels.add(key + ": \"" + value + "\"");
        return this;
    }

    /** A port of both protocols, led to {@link Cluster#TARGET_PORT} of endpoints. */
    Manifest port(int port, int nodePort) {
        return port("TCP", port, nodePort).port("UDP", port, nodePort);
    }

    /** A port of one protocol, named after both. */
    Manifest port(String protocol, int port, int nodePort) {
        ports.add("{name: %s-%d, protocol: %s, port: %d%s}"
                .formatted(
                        protocol.toLowerCase(Locale.ROOT),
                        port,
                        protocol,
                        port,
                        nodePort == 0 ? "" : ", nodePort: " + nodePort));
        return this;
    }

    Manifest externalIps(String... ips) {
        return spec("externalIPs: " + quoted(List.of(ips)));
    }

    Manifest loadBalancerIps(String... ips) {
        spec("type: LoadBalancer");
        List.of(ips).forEach(ip -> ingress.add("{ip: \"" + ip + "\"}"));
        return this;
    }

    /** Of all endpoints in slices that follow. */
    Manifest weight(int weight) {
        sliceAnnotations = "ballast.io/weight: \"" + weight + '"';
        return this;
    }

    /** A slice of ready endpoints for each of the Service's families; may be called for several. */
    Manifest endpoints(Machine... pods) {
        for (String family : families) {
            slice(
                    Cluster.TARGET_PORT,
                    Stream.of(pods)
                            .map(pod -> endpoint(pod, family, ", conditions: {ready: true}"))
                            .toArray(String[]::new));
        }
        return this;
    }

    /** An endpoint at the IPv4 address of a pod, for {@link #slice}. */
    static String endpoint(Machine pod) {
        return endpoint(pod, "IPv4", "");
    }

    /** As {@link #endpoint(Machine)}, with more fields. */
    static String endpoint(Machine pod, String fields) {
        return endpoint(pod, "IPv4", ", " + fields);
    }

    private static String endpoint(Machine pod, String family, String fields) {
        return "{addresses: [\"%s\"], nodeName: %s%s}"
                .formatted(family.equals("IPv6") ? pod.ipv6() : pod.ipv4(), pod.node(), fields);
    }

    /** A slice of endpoints, each written in full, all ports of which lead to one port. */
    Manifest slice(int targetPort, String... endpoints) {
        boolean ipv6 = endpoints[0].replaceAll("\\].*", "").matches(".*:.*:.*");
        String items =
                List.of(endpoints).stream().map(endpoint -> "  - " + endpoint).collect(Collectors.joining("\n"));
        String slicePorts = ports.stream()
                .map(port -> port.replaceAll("port: [0-9]+(, nodePort: [0-9]+)?", "port: " + targetPort))
                .collect(Collectors.joining(", "));
        slices.add(
                """
                apiVersion: discovery.k8s.io/v1
                kind: EndpointSlice
                metadata:
                  name: %s-%d
                  labels: {kubernetes.io/service-name: %s}
                  annotations: {%s}
                addressType: %s
                ports: [%s]
                endpoints:
                %s
                """.formatted(name, slices.size(), name, sliceAnnotations, ipv6 ? "IPv6" : "IPv4", slicePorts, items));
        return this;
    }

    @Override
    public String toString() {
        String service = """
                apiVersion: v1
                kind: Service
                metadata: {name: %s, annotations: {%s}, labels: {%s}}
                spec:
                %s  ports: [%s]
                status: {loadBalancer: {ingress: [%s]}}
                """.formatted(
                        name,
                        String.join(", ", annotations),
                        String.join(", ", labels),
                        spec.stream().map(line -> "  " + line + "\n").collect(Collectors.joining()),
                        String.join(", ", ports),
                        String.join(", ", ingress));
        return slices.isEmpty() ? service : service + "---\n" + String.join("---\n", slices);
    }

    /** Puts it into a directory as one file, which readers never see half written. */
    Manifest write(Path directory) throws IOException {
        write(directory, name, toString());
        return this;
    }

    static void write(Path directory, String name, String documents) throws IOException {
        Path fresh = directory.resolve("." + name + ".new");
        Files.writeString(fresh, documents);
        Files.move(
                fresh,
                directory.resolve(name + ".yaml"),
                StandardCopyOption.ATOMIC_MOVE,
                StandardCopyOption.REPLACE_EXISTING);
    }
}
