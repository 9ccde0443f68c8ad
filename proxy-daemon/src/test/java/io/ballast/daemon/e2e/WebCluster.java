package io.ballast.daemon.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.ballast.daemon.e2e.ObjectSource.Feed;
import io.ballast.netty.testing.Await;
import io.ballast.netty.testing.Machine;
import io.ballast.netty.testing.Resources;
import io.ballast.netty.testing.Topology;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * A node on which Ballast serves one Service, {@code default/web}, at every kind of address: a client pod with many
 * addresses, and the endpoints {@code web1} and {@code web2} behind the bridge and {@code web3} behind a route of its
 * own. Confined to the test's thread.
 */
final class WebCluster implements AutoCloseable {
    static final int CLIENTS = 24;
    private static final String SCHEDULER = "ballast.io/scheduler";
    private static final int PORT = 80;
    private static final int NODE_PORT = 30080;
    private static final int ENDPOINT_PORT = 8080;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Resources resources = new Resources();
    private final Topology topology;
    private final List<Machine> endpoints;
    private final Feed feed;
    private final BallastProcess ballast;

    /** One of the addresses of the Service. */
    record Address(String kind, String host, int port) {
        @Override
        public String toString() {
            return kind + " " + host + ":" + port;
        }
    }

    /** Returns once Ballast is ready; the Service is {@code rr} with equal weights. */
    WebCluster(ObjectSource source, Path directory) throws Exception {
        try {
            topology = resources.keep(Topology.builder()
                    .node("node1")
                    .bridgedPod("client")
                    .bridgedPod("web1")
                    .bridgedPod("web2")
                    .routedPod("web3")
                    .outside("outside")
                    .build());
            endpoints = List.of(topology.machine("web1"), topology.machine("web2"), topology.machine("web3"));
            topology.machine("client")
                    .ip(IntStream.rangeClosed(1, CLIENTS)
                            .mapToObj(i -> "addr add " + client(i) + "/24 dev eth0")
                            .toArray(String[]::new));
            for (Machine endpoint : endpoints) {
                resources.keep(EchoServer.start(endpoint, ENDPOINT_PORT));
            }
            Machine node = topology.machine("node1");
            feed = resources.keep(source.open(node, directory));
            feed.put("node", NodeManifest.of(node).toString());
            put("rr", 1, 1, 1);
            ballast = resources
                    .keep(BallastProcess.daemon(List.of(), node, feed.flags()))
                    .ready();
        } catch (Exception | Error e) {
            close();
            throw e;
        }
    }

    /** An address of the client pod, for i from 1 to {@link #CLIENTS}. */
    static String client(int i) {
        return "10.244.1." + (100 + i);
    }

    List<Address> addresses() {
        return List.of(
                new Address("ClusterIP", "10.96.0.10", PORT),
                new Address("NodePort", topology.machine("node1").ipv4(), NODE_PORT),
                new Address("externalIP", "203.0.113.250", PORT),
                new Address("LoadBalancer", "198.51.100.7", PORT));
    }

    BallastProcess ballast() {
        return ballast;
    }

    Machine clientPod() {
        return topology.machine("client");
    }

    /** {@code web1} to {@code web3}. */
    Machine endpoint(String name) {
        return topology.machine(name);
    }

    /** Puts a Service beside {@code web} with the same endpoints, all of one weight. */
    void putOther(Manifest service, String name) throws IOException {
        feed.put(name, service.endpoints(endpoints.toArray(Machine[]::new)).toString());
    }

    /** Returns once this scheduler and these weights are in force; open connections stay. */
    void use(String scheduler, int... weights) throws Exception {
        put(scheduler, weights);
        Map<String, Integer> wanted = new TreeMap<>();
        for (int i = 0; i < weights.length; i++) {
            wanted.put(endpoints.get(i).name(), weights[i]);
        }
        Await.until(
                scheduler + " and " + wanted + " are in force",
                () -> service("web").path("scheduler").asText().equals(scheduler)
                        && perEndpoint("web", "weight").equals(wanted));
    }

    private void put(String scheduler, int... weights) throws IOException {
        Manifest web = Manifest.service("web", "10.96.0.10")
                .annotation(SCHEDULER, scheduler)
                .port(PORT, NODE_PORT)
                .externalIps("203.0.113.250")
                .loadBalancerIps("198.51.100.7");
        for (int i = 0; i < weights.length; i++) {
            web.weight(weights[i]).endpoints(endpoints.get(i));
        }
        feed.put("web", web.toString());
    }

    /** Opens connections from one client, one after another, and keeps them. */
    List<OpenConnection> open(Address address, int count) throws Exception {
        return open(address, count, List.of(client(1)));
    }

    /** Opens so many connections from each client, one after another, and keeps them. */
    List<OpenConnection> open(Address address, int count, List<String> clients) throws Exception {
        return clientPod().run(() -> {
            List<OpenConnection> opened = new ArrayList<>();
            for (String client : clients) {
                for (int i = 0; i < count; i++) {
                    opened.add(OpenConnection.open(client, address.host(), address.port()));
                }
            }
            return opened;
        });
    }

    /** As {@link #close(String, List, int)}, of {@code web}. */
    void close(List<OpenConnection> connections, int left) throws Exception {
        close("web", connections, left);
    }

    /** Closes connections and returns once Ballast counts this many open to the Service. */
    void close(String service, List<OpenConnection> connections, int left) throws Exception {
        for (OpenConnection connection : connections) {
            connection.close();
        }
        awaitActive(service, left);
    }

    void awaitActive(String service, int count) throws Exception {
        Await.until(
                count + " connections of " + service + " are open",
                () -> perEndpoint(service, "active").values().stream()
                                .mapToInt(Integer::intValue)
                                .sum()
                        == count);
    }

    /** What the scheduler knows: a number of {@code /api/services} by the endpoint's name. */
    Map<String, Integer> perEndpoint(String service, String field) throws Exception {
        Map<String, Integer> counts = new TreeMap<>();
        for (JsonNode endpoint : tcp(service).path("endpoints")) {
            String address = endpoint.path("address").asText();
            String name = endpoints.stream()
                    .filter(each -> each.ipv4().equals(address))
                    .findFirst()
                    .orElseThrow()
                    .name();
            counts.put(name, endpoint.path(field).asInt());
        }
        return counts;
    }

    /** The Service's TCP port in {@code /api/services}. */
    JsonNode tcp(String service) throws Exception {
        for (JsonNode port : service(service).path("ports")) {
            if (port.path("protocol").asText().equals("TCP")) {
                return port;
            }
        }
        throw new AssertionError("no TCP port of " + service);
    }

    private JsonNode service(String name) throws Exception {
        return JSON.readTree(ballast.admin("/api/services/default/" + name));
    }

    @Override
    public void close() throws Exception {
        resources.close();
    }
}
