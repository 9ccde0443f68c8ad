package io.ballast.daemon.demo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The demo's directory of manifests: what {@code --source-dir} reads. Confined to the tour's thread. */
final class DemoManifests {
    static final String CLUSTER_IP = "127.96.0.10";
    static final String EMPTY_IP = "127.96.0.11";
    static final String UDP_IP = "127.96.0.53";
    static final String EXTERNAL_IP = "127.203.0.113";
    static final String LOAD_BALANCER_IP = "127.198.51.100";
    static final int PORT = 8000;
    static final int UDP_PORT = 5300;
    static final int NODE_PORT = 30080;

    private final Path directory;
    private final String nodeName;

    DemoManifests(Path directory, String nodeName) {
        this.directory = directory;
        this.nodeName = nodeName;
    }

    Path directory() {
        return directory;
    }

    /** The Node that everything runs on. */
    void node() throws IOException {
        write("node.yaml", """
                apiVersion: v1
                kind: Node
                metadata: {name: %s}
                status: {addresses: [{type: InternalIP, address: 127.0.0.1}]}
                """.formatted(nodeName));
    }

    /** The Service that the tour changes, of every kind of address at once. */
    void service(Map<String, String> annotations, String affinity) throws IOException {
        String notes = annotations.isEmpty()
                ? "{}"
                : annotations.entrySet().stream()
                        .map(note -> note.getKey() + ": \"" + note.getValue() + "\"")
                        .collect(Collectors.joining(", ", "{", "}"));
        write("web.yaml", """
                apiVersion: v1
                kind: Service
                metadata:
                  name: web
                  namespace: demo
                  annotations: %s
                spec:
                  type: LoadBalancer
                  clusterIP: %s
                  clusterIPs: [%s]
                  ipFamilies: [IPv4]
                  externalIPs: [%s]
                  %s
                  ports:
                    - {name: http, protocol: TCP, port: %d, targetPort: %d, nodePort: %d}
                status:
                  loadBalancer:
                    ingress: [{ip: %s}]
                """.formatted(
                        notes,
                        CLUSTER_IP,
                        CLUSTER_IP,
                        EXTERNAL_IP,
                        affinity,
                        PORT,
                        DemoEndpoint.PORT,
                        NODE_PORT,
                        LOAD_BALANCER_IP));
    }

    /** A Service without endpoints and a UDP Service over the same endpoints. */
    void otherServices() throws IOException {
        write("others.yaml", """
                apiVersion: v1
                kind: Service
                metadata: {name: empty, namespace: demo}
                spec:
                  clusterIP: %s
                  ports: [{name: http, protocol: TCP, port: %d}]
                ---
                apiVersion: v1
                kind: Service
                metadata: {name: names, namespace: demo}
                spec:
                  clusterIP: %s
                  ports: [{name: dns, protocol: UDP, port: %d}]
                """.formatted(EMPTY_IP, PORT, UDP_IP, UDP_PORT));
    }

    /** One slice an endpoint, so that each has a weight of its own; endpoints left out are gone. */
    void endpoints(Map<DemoEndpoint, Integer> weights) throws IOException {
        String slices = weights.entrySet().stream()
                .sorted(Comparator.comparing(entry -> entry.getKey().name()))
                .flatMap(entry -> Stream.of(
                        slice("web", "http", "TCP", entry.getKey(), entry.getValue()),
                        slice("names", "dns", "UDP", entry.getKey(), entry.getValue())))
                .collect(Collectors.joining("---\n"));
        write("endpoints.yaml", slices);
    }

    private String slice(String service, String portName, String protocol, DemoEndpoint endpoint, int weight) {
        return """
                apiVersion: discovery.k8s.io/v1
                kind: EndpointSlice
                metadata:
                  name: %s-%s
                  namespace: demo
                  labels: {kubernetes.io/service-name: %s}
                  annotations: {ballast.io/weight: "%d"}
                addressType: IPv4
                ports: [{name: %s, protocol: %s, port: %d}]
                endpoints: [{addresses: [%s], nodeName: %s, conditions: {ready: true}}]
                """.formatted(
                        service,
                        endpoint.name(),
                        service,
                        weight,
                        portName,
                        protocol,
                        DemoEndpoint.PORT,
                        endpoint.address(),
                        nodeName);
    }

    /** Readers see the old file or the new one, never a half. */
    private void write(String file, String text) throws IOException {
        Path fresh = directory.resolve("." + file + ".new");
        Files.writeString(fresh, text);
        Files.move(fresh, directory.resolve(file), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
}
