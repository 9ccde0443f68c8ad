package io.ballast.core.scheduling;

import static io.ballast.core.scheduling.Balanced.CLUSTER_IP;
import static io.ballast.core.scheduling.Balanced.address;
import static io.ballast.core.scheduling.Balanced.client;
import static io.ballast.core.scheduling.Balanced.endpoint;
import static io.ballast.core.scheduling.Balanced.endpoints;
import static io.ballast.core.scheduling.Balanced.lease;
import static io.ballast.core.scheduling.Balanced.number;
import static io.ballast.core.scheduling.Balanced.refusal;
import static org.assertj.core.api.Assertions.assertThat;

import io.ballast.core.model.AddressPort;
import io.ballast.core.model.RefuseReason;
import io.ballast.core.testing.ManualClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of endpoints that cannot be connected to. Endpoint 1 is the dead one, unless a test says otherwise. */
class EjectionsTest {
    private static final int CLIENTS = 60;

    private final ManualClock clock = new ManualClock();
    private final SchedulingLoadBalancerFactory factory = Balanced.factory(new AffinityTable(1000, clock));

    private Balanced service(String scheduler) {
        return new Balanced(factory).scheduler(scheduler);
    }

    private static void fail(LoadBalancer balancer, int dead, int times) {
        for (int i = 0; i < times; i++) {
            leaseOf(balancer, dead).connectFailed();
        }
    }

    /** A released lease of that endpoint, as a slow connect holds one; whatever else came first is released too. */
    private static Lease leaseOf(LoadBalancer balancer, int wanted) {
        List<Lease> others = new ArrayList<>();
        for (int client = 1; client < 10_000; client++) {
            Lease lease = lease(balancer, client);
            others.add(lease);
            if (number(lease) == wanted) {
                others.forEach(Lease::release);
                return lease;
            }
        }
        throw new AssertionError("endpoint " + wanted + " is never picked");
    }

    /** Which endpoints new clients get; each lets go at once. */
    private static Set<Integer> picked(LoadBalancer balancer) {
        Set<Integer> picked = new TreeSet<>();
        List<Lease> leases = new ArrayList<>();
        for (int client = 1; client <= CLIENTS; client++) {
            leases.add(lease(balancer, client));
            picked.add(number(leases.get(client - 1)));
        }
        leases.forEach(Lease::release);
        return picked;
    }

    private static List<AddressPort> ejected(LoadBalancer balancer) {
        return balancer.status().stream()
                .filter(LoadBalancer.EndpointStatus::ejected)
                .map(LoadBalancer.EndpointStatus::address)
                .toList();
    }

    @ParameterizedTest
    @ValueSource(strings = {"rr", "wrr", "lc", "wlc", "sed", "nq", "sh", "mh", "random", "p2c"})
    void setsAsideWhatFailsTwiceInARow(String scheduler) {
        LoadBalancer balancer = service(scheduler).cluster(endpoints(1, 2, 3)).create();
        fail(balancer, 1, 1);
        assertThat(picked(balancer)).contains(1);
        fail(balancer, 1, 1);
        assertThat(picked(balancer)).containsExactly(2, 3);
        assertThat(ejected(balancer)).containsExactly(address(1));
    }

    @Test
    void countsFailuresFromTheLastSuccess() {
        LoadBalancer balancer = service("rr").cluster(endpoints(1, 2, 3)).create();
        fail(balancer, 1, 1);
        leaseOf(balancer, 1).connected();
        fail(balancer, 1, 1);
        assertThat(picked(balancer)).containsExactly(1, 2, 3);
    }

    @ParameterizedTest
    @ValueSource(strings = {"rr", "wrr", "lc", "wlc", "sed", "nq", "sh", "mh", "random", "p2c"})
    void givesOneConnectionOnTrialWhenItsTimeIsOver(String scheduler) {
        LoadBalancer balancer = service(scheduler).cluster(endpoints(1, 2, 3)).create();
        fail(balancer, 1, 2);
        clock.advance(Ejections.SHORTEST.minusNanos(1));
        assertThat(picked(balancer)).doesNotContain(1);

        clock.advance(Duration.ofNanos(1));
        Lease trial = leaseOf(balancer, 1);
        assertThat(picked(balancer)).doesNotContain(1);

        trial.connected();
        assertThat(picked(balancer)).containsExactly(1, 2, 3);
        assertThat(ejected(balancer)).isEmpty();
    }

    @Test
    void waitsTwiceAsLongAfterEachFailedTrialUpToAMinute() {
        LoadBalancer balancer = service("rr").cluster(endpoints(1, 2, 3)).create();
        fail(balancer, 1, 2);
        Duration wait = Ejections.SHORTEST;
        for (int trial = 1; trial <= 10; trial++) {
            clock.advance(wait.minusNanos(1));
            assertThat(picked(balancer)).as("before trial %d", trial).doesNotContain(1);
            clock.advance(Duration.ofNanos(1));
            fail(balancer, 1, 1);
            wait = wait.multipliedBy(2).compareTo(Ejections.LONGEST) < 0 ? wait.multipliedBy(2) : Ejections.LONGEST;
        }
        assertThat(wait).isEqualTo(Duration.ofMinutes(1));
    }

    /** A burst that met the endpoint before anybody knew must not make its punishment longer. */
    @Test
    void countsABurstOfFailuresAsOne() {
        LoadBalancer balancer = service("rr").cluster(endpoints(1, 2, 3)).create();
        List<Lease> burst = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            burst.add(leaseOf(balancer, 1));
        }
        burst.forEach(Lease::connectFailed);
        clock.advance(Ejections.SHORTEST);
        assertThat(picked(balancer)).contains(1);
    }

    /** A client that goes away while it waits says neither yes nor no. */
    @Test
    void triesAgainWhenATrialCameToNothing() {
        LoadBalancer balancer = service("rr").cluster(endpoints(1, 2, 3)).create();
        fail(balancer, 1, 2);
        clock.advance(Ejections.SHORTEST);
        leaseOf(balancer, 1);
        assertThat(picked(balancer)).doesNotContain(1);
        clock.advance(Ejections.SHORTEST);
        assertThat(picked(balancer)).contains(1);
    }

    @Test
    void setsAsideHalfOfTheEndpointsAtMost() {
        LoadBalancer balancer = service("rr").cluster(endpoints(1, 2, 3, 4, 5)).create();
        for (int dead = 1; dead <= 4; dead++) {
            fail(balancer, dead, 2);
        }
        assertThat(picked(balancer)).containsExactly(3, 4, 5);
    }

    @Test
    void neverSetsAsideTheOnlyEndpoint() {
        LoadBalancer balancer =
                service("rr").cluster(endpoint(1), endpoint(2, 0)).create();
        fail(balancer, 1, 10);
        assertThat(picked(balancer)).containsExactly(1);
    }

    @Test
    void takesItAfterAllWhereNoOtherIsLeft() {
        LoadBalancer balancer =
                service("lc").limits(0, 1).cluster(endpoints(1, 2)).create();
        fail(balancer, 1, 2);
        assertThat(number(lease(balancer, 1, address(2)))).isEqualTo(1);
        assertThat(refusal(balancer, 1, address(2))).isEqualTo(RefuseReason.ENDPOINTS_FULL);
        lease(balancer, 2);
        assertThat(refusal(balancer, 3)).isEqualTo(RefuseReason.ENDPOINTS_FULL);
    }

    @Test
    void bringsItBackWhenALastResortReachedIt() {
        LoadBalancer balancer = service("rr").cluster(endpoints(1, 2)).create();
        fail(balancer, 1, 2);
        lease(balancer, 1, address(2)).connected();
        assertThat(picked(balancer)).containsExactly(1, 2);
    }

    @Test
    void leavesClientsWhereAffinityLedThem() {
        LoadBalancer balancer = service("rr")
                .affinity(Duration.ofHours(1))
                .cluster(endpoints(1, 2, 3))
                .create();
        int loyal = loyalTo(balancer, 1);
        fail(balancer, 1, 2);
        assertThat(number(lease(balancer, loyal))).isEqualTo(1);
    }

    private static int loyalTo(LoadBalancer balancer, int endpoint) {
        for (int client = 100_000; ; client++) {
            if (number(lease(balancer, client)) == endpoint) {
                return client;
            }
        }
    }

    @Test
    void startsAfreshWhenAnEndpointReturns() {
        Balanced service = service("rr").cluster(endpoints(1, 2, 3));
        LoadBalancer balancer = service.create();
        Lease open = leaseOf(balancer, 1);
        fail(balancer, 1, 2);
        service.cluster(endpoints(2, 3)).update(balancer);
        service.cluster(endpoints(1, 2, 3)).update(balancer);
        assertThat(picked(balancer)).containsExactly(1, 2, 3);
        open.release();
    }

    @ParameterizedTest
    @ValueSource(strings = {"rr", "wrr", "lc", "random"})
    void staysAsideThroughUpdates(String scheduler) {
        Balanced service = service(scheduler).cluster(endpoints(1, 2, 3));
        LoadBalancer balancer = service.create();
        fail(balancer, 1, 2);
        service.cluster(endpoints(1, 2, 3, 4)).update(balancer);
        assertThat(picked(balancer)).containsExactly(2, 3, 4);
    }

    @Test
    void givesBackWhatIsMoreThanHalfAfterAnUpdate() {
        Balanced service = service("rr").cluster(endpoints(1, 2, 3, 4));
        LoadBalancer balancer = service.create();
        fail(balancer, 1, 2);
        fail(balancer, 2, 2);
        service.cluster(endpoints(1, 2, 3)).update(balancer);
        assertThat(ejected(balancer)).containsExactly(address(2));
        assertThat(picked(balancer)).containsExactly(1, 3);
    }

    @Test
    void foretellsTheLastResort() {
        LoadBalancer balancer =
                service("rr").limits(0, 1).cluster(endpoints(1, 2)).create();
        fail(balancer, 1, 2);
        lease(balancer, 1);
        PickPreview preview = balancer.preview(EndpointScope.CLUSTER, client(2), CLUSTER_IP);
        assertThat(preview.endpoint()).isEqualTo(endpoint(1));
        assertThat(preview.why()).isEqualTo("set aside after failed connects, but no other can take it");
        assertThat(number(lease(balancer, 2))).isEqualTo(1);
    }
}
