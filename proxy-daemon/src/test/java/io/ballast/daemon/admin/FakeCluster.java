package io.ballast.daemon.admin;

import io.ballast.core.model.AddressPort;
import io.ballast.core.model.CloseReason;
import io.ballast.core.model.ConnectFailure;
import io.ballast.core.model.Frontend;
import io.ballast.core.model.IpAddress;
import io.ballast.core.model.NamespacedName;
import io.ballast.core.model.Protocol;
import io.ballast.core.model.RefuseReason;
import io.ballast.core.model.ServicePortName;
import io.ballast.core.model.SessionAffinity;
import io.ballast.core.model.TrafficPolicy;
import io.ballast.core.routing.RoutingTable;
import io.ballast.core.stats.Direction;
import io.ballast.core.stats.ServicePortStats;
import io.ballast.daemon.testing.FakeBalancer;
import io.ballast.daemon.testing.FakePort;
import io.ballast.netty.tcp.ConnectionView;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;

/** A made-up node with plausible Services and traffic, for looking at the status page. Confined to one thread. */
final class FakeCluster implements ConnectionSource {
    private static final String[] SCHEDULERS = {"rr", "lc", "wlc", "p2c", "mh", "sed"};
    private static final String[] TEAMS = {"shop", "billing", "search", "media", "identity", "observability", "edge"};
    private static final String[] PARTS = {
        "frontend", "api", "cart", "checkout", "ledger", "index", "thumbnails", "sessions", "gateway", "worker", "cache"
    };

    private final Random random = new Random(42);
    private final List<Load> loads = new ArrayList<>();
    private final Map<Frontend, String> failures = new HashMap<>();
    private RoutingTable table = RoutingTable.EMPTY;

    /** What one port carries. */
    private record Load(
            ServicePortName name,
            String clusterIp,
            int port,
            ServicePortStats stats,
            FakeBalancer balancer,
            List<AddressPort> endpoints,
            Map<AddressPort, long[]> counts,
            double perSecond) {}

    FakeCluster(int services) {
        well("kube-system/kube-dns", "dns", "udp", 53, "10.96.0.10", "rr", 2, 700, false);
        well("default/kubernetes", "https", "tcp", 443, "10.96.0.1", "rr", 3, 2, false);
        well("ingress/ingress-nginx", "https", "tcp", 443, "10.96.14.7", "lc", 4, 320, true);
        well("shop/frontend", "http", "tcp", 80, "10.96.31.8", "wlc", 12, 180, false);
        well("shop/checkout", "grpc", "tcp", 9090, "10.96.31.20", "sed", 6, 45, false);
        well("billing/ledger", "postgres", "tcp", 5432, "10.96.77.3", "lc", 3, 4, false);
        well("media/<script>alert(1)</script>", "", "tcp", 8080, "10.96.90.1", "p2c", 1, 1, false);
        well("observability/loki", "http", "tcp", 3100, "10.96.50.11", "rr", 0, 0, false);
        for (int i = loads.size(); i < services; i++) {
            String name = TEAMS[random.nextInt(TEAMS.length)] + "/" + PARTS[random.nextInt(PARTS.length)] + "-" + i;
            double rate = random.nextInt(4) == 0 ? random.nextDouble() * 8 : 0;
            String address = "10." + (100 + i / 65000) + "." + i / 250 % 250 + "." + (1 + i % 250);
            String scheduler = SCHEDULERS[random.nextInt(SCHEDULERS.length)];
            well(name, "http", "tcp", 80, address, scheduler, 1 + random.nextInt(10), rate, false);
        }
        failures.put(
                new Frontend(Protocol.TCP, IpAddress.parse("192.0.2.17"), 30443),
                "port 30443 is taken by process nginx (pid 812); stop it or choose another nodePort");
    }

    private void well(
            String service,
            String port,
            String protocol,
            int number,
            String clusterIp,
            String scheduler,
            int endpoints,
            double perSecond,
            boolean outside) {
        ServicePortStats stats = new ServicePortStats();
        FakeBalancer balancer = new FakeBalancer();
        FakePort built = FakePort.of(service, port, protocol, number)
                .clusterIp(clusterIp)
                .scheduler(scheduler)
                .stats(stats)
                .balancer(balancer);
        if (outside) {
            built.nodePort("192.0.2.17", 30443)
                    .loadBalancer("203.0.113.80")
                    .externalPolicy(TrafficPolicy.LOCAL)
                    .affinity(new SessionAffinity.ClientIp(Duration.ofHours(3)));
        }
        List<AddressPort> addresses = new ArrayList<>();
        for (int i = 0; i < endpoints; i++) {
            String address = "10.244." + random.nextInt(20) + "." + (2 + random.nextInt(250));
            addresses.add(new AddressPort(IpAddress.parse(address), 8080));
            if (i == 4) {
                built.terminating(address, 8080, false);
            } else {
                built.ready(address, 8080, i % 3 == 0);
            }
        }
        table = built.addTo(table);
        int slash = service.indexOf('/');
        ServicePortName name = new ServicePortName(
                new NamespacedName(service.substring(0, slash), service.substring(slash + 1)),
                port,
                Protocol.valueOf(protocol.toUpperCase(java.util.Locale.ROOT)));
        loads.add(new Load(name, clusterIp, number, stats, balancer, addresses, new HashMap<>(), perSecond));
    }

    RoutingTable table() {
        return table;
    }

    Map<Frontend, String> failures() {
        return failures;
    }

    /** Lets some traffic happen, as much as that many seconds bring. */
    void traffic(double seconds) {
        double wave = 0.75 + 0.35 * Math.sin(System.nanoTime() / 7e9);
        for (Load load : loads) {
            double expected = load.perSecond * seconds * wave * (0.7 + 0.6 * random.nextDouble());
            int arrivals = (int) expected + (random.nextDouble() < expected % 1 ? 1 : 0);
            for (int i = 0; i < arrivals; i++) {
                open(load);
            }
        }
    }

    private void open(Load load) {
        AddressPort endpoint = load.endpoints.get(random.nextInt(load.endpoints.size()));
        long[] count = load.counts.computeIfAbsent(endpoint, unseen -> new long[3]);
        count[1]++;
        boolean udp = load.name.protocol() == Protocol.UDP;
        if (udp) {
            load.stats.sessionOpened();
            load.stats.datagrams(Direction.TO_ENDPOINT, 1);
            load.stats.datagrams(Direction.TO_CLIENT, 1);
        } else {
            load.stats.connectionOpened();
            load.stats.connected(
                    Duration.ofNanos(200_000 + random.nextInt(3_000_000)).toNanos());
        }
        load.stats.bytes(Direction.TO_ENDPOINT, 400 + random.nextInt(2000));
        load.stats.bytes(Direction.TO_CLIENT, udp ? 120 : 9000 + random.nextInt(120_000));
        count[0]++;
        if (count[0] > 3 + load.perSecond / 2 * (0.6 + random.nextDouble())) {
            count[0] -= 2;
            for (int i = 0; i < 2; i++) {
                if (udp) {
                    load.stats.sessionClosed(CloseReason.IDLE);
                } else {
                    load.stats.connectionClosed(CloseReason.FINISHED);
                }
            }
        }
        if (random.nextInt(400) == 0) {
            count[2]++;
            load.stats.connectFailed(ConnectFailure.REFUSED);
            load.stats.connectRetried();
        }
        if (random.nextInt(900) == 0) {
            load.stats.refused(RefuseReason.MAX_CONNECTIONS);
        }
        load.balancer.load(endpoint, (int) count[0], count[1], count[2]);
    }

    @Override
    public int open() {
        return loads.stream().mapToInt(load -> load.balancer.active()).sum();
    }

    @Override
    public CompletableFuture<List<ConnectionView>> snapshot(int limit) {
        List<ConnectionView> views = new ArrayList<>();
        Random stable = new Random(7);
        Instant now = Instant.now();
        for (Load load : loads) {
            for (AddressPort endpoint : load.endpoints) {
                if (views.size() < limit && load.perSecond > 0) {
                    views.add(view(load, endpoint, stable, now, views.size()));
                }
            }
        }
        return CompletableFuture.completedFuture(views);
    }

    private static ConnectionView view(Load load, AddressPort endpoint, Random stable, Instant now, int id) {
        IpAddress client = IpAddress.parse("10.244." + stable.nextInt(20) + "." + (2 + stable.nextInt(250)));
        return new ConnectionView(
                4096L + id,
                load.name,
                new AddressPort(client, 32768 + stable.nextInt(28000)),
                new Frontend(load.name.protocol(), IpAddress.parse(load.clusterIp), load.port),
                endpoint,
                new AddressPort(client, 61000 + stable.nextInt(4000)),
                stable.nextInt(90_000),
                stable.nextInt(90_000_000),
                now.minusSeconds(stable.nextInt(4000)),
                stable.nextInt(12) == 0 ? "half_closed" : "relaying");
    }
}
