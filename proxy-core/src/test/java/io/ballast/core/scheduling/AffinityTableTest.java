package io.ballast.core.scheduling;

import static io.ballast.core.scheduling.Balanced.endpoints;
import static io.ballast.core.scheduling.Balanced.lease;
import static org.assertj.core.api.Assertions.assertThat;

import io.ballast.core.testing.ManualClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** The bound of the process: whoever was not used for longest goes, across Service ports. */
class AffinityTableTest {
    private static final int BOUND = 64;

    private final ManualClock ticker = new ManualClock();
    private final AffinityTable table = new AffinityTable(BOUND, ticker);
    private final SchedulingLoadBalancerFactory factory = Balanced.factory(table);

    private LoadBalancer balancer(String service) {
        return new Balanced(factory)
                .named(service)
                .affinity(Duration.ofHours(3))
                .cluster(endpoints(1, 2, 3))
                .create();
    }

    private static boolean remembers(LoadBalancer balancer, int client) {
        return balancer.preview(EndpointScope.CLUSTER, Balanced.client(client), Balanced.CLUSTER_IP)
                        .affinity()
                != null;
    }

    @Test
    void letsTheOldestGo() {
        LoadBalancer web = balancer("web");
        for (int client = 0; client < BOUND; client++) {
            ticker.advance(Duration.ofMillis(1));
            lease(web, client);
        }
        lease(web, 0);
        lease(web, BOUND);
        assertThat(table.entries()).isEqualTo(BOUND);
        assertThat(remembers(web, 0)).isTrue();
        assertThat(remembers(web, 1)).isFalse();
        assertThat(remembers(web, 2)).isTrue();
    }

    @Test
    void letsTheOldestGoWhoeverOwnsIt() {
        SplittableRandom random = new SplittableRandom(9);
        List<LoadBalancer> balancers = new ArrayList<>();
        for (int i = 0; i < 7; i++) {
            balancers.add(balancer("web-" + i));
        }
        // Least recently used first, as "balancer/client".
        Map<String, Boolean> expected = new LinkedHashMap<>();
        for (int step = 0; step < 3000; step++) {
            ticker.advance(Duration.ofMillis(1));
            int owner = step % 500 < 250 ? random.nextInt(7) : random.nextInt(2);
            int client = random.nextInt(40);
            lease(balancers.get(owner), client).release();
            expected.remove(owner + "/" + client);
            expected.put(owner + "/" + client, true);
            if (expected.size() > BOUND) {
                expected.remove(expected.keySet().iterator().next());
            }
            if (step % 50 == 0) {
                assertRemembered(balancers, expected);
            }
        }
    }

    private void assertRemembered(List<LoadBalancer> balancers, Map<String, Boolean> expected) {
        assertThat(table.entries()).isEqualTo(expected.size());
        for (int owner = 0; owner < balancers.size(); owner++) {
            for (int client = 0; client < 40; client++) {
                assertThat(remembers(balancers.get(owner), client))
                        .as("%s/%s", owner, client)
                        .isEqualTo(expected.containsKey(owner + "/" + client));
            }
        }
    }

    @Test
    void givesRoomBackWhenServicePortsGo() {
        Balanced service = new Balanced(factory)
                .named("short-lived")
                .affinity(Duration.ofHours(3))
                .cluster(endpoints(1, 2));
        LoadBalancer gone = service.create();
        for (int client = 0; client < BOUND; client++) {
            lease(gone, client);
        }
        service.cluster().update(gone);
        assertThat(table.entries()).isZero();
        LoadBalancer web = balancer("web");
        lease(web, 1);
        assertThat(remembers(web, 1)).isTrue();
    }

    @Test
    void holdsAQuarterOfAMillionClients() {
        AffinityTable large = new AffinityTable(AffinityTable.DEFAULT_MAX_ENTRIES, ticker);
        LoadBalancer web = new Balanced(Balanced.factory(large))
                .affinity(Duration.ofHours(3))
                .cluster(endpoints(1, 2, 3))
                .create();
        for (int client = 0; client < AffinityTable.DEFAULT_MAX_ENTRIES + 1000; client++) {
            lease(web, client).release();
        }
        assertThat(large.entries()).isEqualTo(AffinityTable.DEFAULT_MAX_ENTRIES);
        assertThat(remembers(web, 999)).isFalse();
        assertThat(remembers(web, 1000)).isTrue();
    }
}
