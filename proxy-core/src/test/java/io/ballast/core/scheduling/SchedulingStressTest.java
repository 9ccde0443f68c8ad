package io.ballast.core.scheduling;

import static org.assertj.core.api.Assertions.assertThat;

import io.ballast.core.model.AddressPort;
import io.ballast.core.model.Endpoint;
import io.ballast.core.model.IpFamily;
import io.ballast.core.testing.ManualClock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Many event loops pick and release while the sync thread changes endpoints, weights, limits, scheduler, affinity. */
class SchedulingStressTest {
    private static final String[] SCHEDULERS = {"rr", "wrr", "lc", "wlc", "sh", "dh", "sed", "nq", "mh", "random", "p2c"
    };
    private static final int THREADS = 4;
    private static final int PICKS_EACH = 30_000;
    private static final int MAX_CONNECTIONS = 150;
    private static final int AFFINITY_BOUND = 1500;
    private static final int MAX_PER_ENDPOINT = 25;

    private final AffinityTable table = new AffinityTable(AFFINITY_BOUND, new ManualClock());
    private final SchedulingLoadBalancerFactory factory = Balanced.factory(table);
    /** Open connections as the clients count them. */
    private final Map<AddressPort, AtomicInteger> open = new ConcurrentHashMap<>();

    private final AtomicInteger openInAll = new AtomicInteger();

    @Test
    void everyCountReturnsToZero() throws Exception {
        Balanced service = new Balanced(factory);
        change(service, 0);
        LoadBalancer ipv4 = service.create();
        LoadBalancer ipv6 = service.family(IpFamily.IPV6).create();
        storm(List.of(ipv4, ipv6), service);
        assertThat(ipv4.active()).isZero();
        assertThat(ipv6.active()).isZero();
        List<AtomicInteger> left = new ArrayList<>(open.values());
        assertThat(left).allMatch(count -> count.get() == 0);
        assertThat(table.entries()).isLessThanOrEqualTo(AFFINITY_BOUND);
        for (LoadBalancer balancer : List.of(ipv4, ipv6)) {
            assertLoadOrderSurvived(service, balancer);
            service.noAffinity().cluster().local().update(balancer);
            assertThat(balancer.status()).isEmpty();
        }
        assertThat(table.entries()).isZero();
    }

    private void storm(List<LoadBalancer> balancers, Balanced service) throws Exception {
        ExecutorService pool = Executors.newFixedThreadPool(THREADS + 1);
        AtomicBoolean over = new AtomicBoolean();
        try {
            List<Future<?>> clients = new ArrayList<>();
            for (int thread = 0; thread < THREADS; thread++) {
                int seed = thread;
                clients.add(pool.submit(() -> new Client(seed, balancers).run()));
            }
            Future<?> sync = pool.submit(() -> {
                for (int round = 1; !over.get(); round++) {
                    change(service, round);
                    balancers.forEach(service::update);
                }
            });
            for (Future<?> client : clients) {
                client.get();
            }
            over.set(true);
            sync.get();
        } finally {
            pool.shutdownNow();
        }
    }

    private static void change(Balanced service, int round) {
        SplittableRandom random = new SplittableRandom(round);
        List<Endpoint> cluster = new ArrayList<>();
        List<Endpoint> local = new ArrayList<>();
        for (int number = 0; number < 12; number++) {
            if (random.nextInt(4) > 0) {
                Endpoint endpoint = Balanced.endpoint(number, random.nextInt(4));
                cluster.add(endpoint);
                if (number % 3 == 0) {
                    local.add(endpoint);
                }
            }
        }
        service.scheduler(SCHEDULERS[random.nextInt(SCHEDULERS.length)])
                .limits(MAX_CONNECTIONS, MAX_PER_ENDPOINT)
                .cluster(cluster.toArray(Endpoint[]::new))
                .local(local.toArray(Endpoint[]::new));
        if (random.nextInt(3) == 0) {
            service.affinity(Duration.ofHours(1));
        } else {
            service.noAffinity();
        }
    }

    /** Least connections picks in exact order afterwards: no change of load escaped the order. */
    private static void assertLoadOrderSurvived(Balanced service, LoadBalancer balancer) {
        // Who leaves and returns is no longer set aside for its failed connects.
        service.noAffinity().cluster().local().update(balancer);
        service.noAffinity()
                .scheduler("lc")
                .limits(0, 0)
                .cluster(Balanced.endpoints(0, 1, 2, 3))
                .local(Balanced.endpoints(0, 1, 2, 3))
                .update(balancer);
        for (int i = 0; i < 8; i++) {
            EndpointScope scope = i % 3 == 0 ? EndpointScope.LOCAL : EndpointScope.CLUSTER;
            assertThat(Balanced.number(Balanced.lease(balancer, scope, i))).isEqualTo(i % 4);
        }
    }

    private final class Client implements Runnable {
        private final SplittableRandom random;
        private final List<LoadBalancer> balancers;
        private final Deque<Lease> leases = new ArrayDeque<>();

        Client(int seed, List<LoadBalancer> balancers) {
            this.random = new SplittableRandom(seed);
            this.balancers = balancers;
        }

        @Override
        public void run() {
            for (int i = 0; i < PICKS_EACH; i++) {
                if (leases.size() > 60 || (!leases.isEmpty() && random.nextInt(5) < 2)) {
                    end(random.nextBoolean() ? leases.removeFirst() : leases.removeLast());
                } else {
                    connect();
                }
            }
            leases.forEach(this::end);
        }

        private void connect() {
            LoadBalancer balancer = balancers.get(random.nextInt(balancers.size()));
            EndpointScope scope = random.nextInt(4) == 0 ? EndpointScope.LOCAL : EndpointScope.CLUSTER;
            Set<AddressPort> tried = random.nextInt(4) == 0 ? Set.of(Balanced.address(random.nextInt(12))) : Set.of();
            AddressPort client = Balanced.client(random.nextInt(3000));
            if (balancer.acquire(scope, client, Balanced.CLUSTER_IP, tried) instanceof Pick.Picked picked) {
                Lease lease = picked.lease();
                assertThat(openInAll.incrementAndGet()).isLessThanOrEqualTo(MAX_CONNECTIONS);
                assertThat(lease.endpoint().weight()).isPositive();
                assertThat(tried).doesNotContain(lease.endpoint().address());
                // Two families, each with its own limit of the endpoint.
                assertThat(count(lease).incrementAndGet()).isLessThanOrEqualTo(2 * MAX_PER_ENDPOINT);
                leases.add(lease);
            }
        }

        private void end(Lease lease) {
            count(lease).decrementAndGet();
            openInAll.decrementAndGet();
            if (random.nextInt(10) == 0) {
                lease.connectFailed();
            }
            lease.release();
            lease.release();
        }

        private AtomicInteger count(Lease lease) {
            return open.computeIfAbsent(lease.endpoint().address(), address -> new AtomicInteger());
        }
    }
}
