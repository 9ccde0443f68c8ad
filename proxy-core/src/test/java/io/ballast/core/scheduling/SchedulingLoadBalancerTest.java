package io.ballast.core.scheduling;

import static io.ballast.core.scheduling.Balanced.address;
import static io.ballast.core.scheduling.Balanced.endpoint;
import static io.ballast.core.scheduling.Balanced.endpoints;
import static io.ballast.core.scheduling.Balanced.lease;
import static io.ballast.core.scheduling.Balanced.number;
import static io.ballast.core.scheduling.Balanced.refusal;
import static org.assertj.core.api.Assertions.assertThat;

import io.ballast.core.model.IpFamily;
import io.ballast.core.model.RefuseReason;
import io.ballast.core.testing.ManualClock;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SchedulingLoadBalancerTest {
    @Test
    void countsAConnectionFromPickToRelease() {
        LoadBalancer balancer = Balanced.with("lc").cluster(endpoints(1, 2)).create();
        Lease first = lease(balancer, 1);
        Lease second = lease(balancer, 2);
        assertThat(List.of(number(first), number(second))).containsExactly(1, 2);
        assertThat(balancer.active()).isEqualTo(2);
        first.release();
        assertThat(balancer.status())
                .containsExactly(
                        new LoadBalancer.EndpointStatus(address(1), 1, 0, 1, 0, false),
                        new LoadBalancer.EndpointStatus(address(2), 1, 1, 1, 0, false));
        assertThat(number(lease(balancer, 3))).isEqualTo(1);
    }

    @Test
    void countsASessionOfAnEarlierProcessWhateverTheLimitAndTheLists() {
        LoadBalancer balancer =
                Balanced.with("lc").limits(1, 1).cluster(endpoints(1, 2)).create();

        Lease listed = balancer.resume(address(1), address(9));
        Lease other = balancer.resume(address(1), address(9));
        Lease departed = balancer.resume(address(3), address(9));

        assertThat(departed.endpoint().address()).isEqualTo(address(3));
        assertThat(balancer.active()).isEqualTo(3);
        assertThat(refusal(balancer, 1)).isEqualTo(RefuseReason.MAX_CONNECTIONS);
        List.of(listed, other, departed).forEach(Lease::release);
        assertThat(balancer.active()).isZero();
        assertThat(number(lease(balancer, 1))).isEqualTo(1);
    }

    @Test
    void releasesAndFailsOnceHoweverOftenAsked() {
        LoadBalancer balancer = Balanced.with("lc").cluster(endpoints(1)).create();
        Lease kept = lease(balancer, 1);
        Lease lease = lease(balancer, 1);
        for (int i = 0; i < 3; i++) {
            lease.connectFailed();
            lease.release();
        }
        assertThat(balancer.status()).containsExactly(new LoadBalancer.EndpointStatus(address(1), 1, 1, 2, 1, false));
        kept.release();
        assertThat(balancer.active()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"rr", "wrr", "lc", "wlc", "sed", "nq", "sh", "dh", "mh", "random", "p2c"})
    void saysWhyNothingCanBePicked(String scheduler) {
        Balanced service = Balanced.with(scheduler).limits(0, 1);
        LoadBalancer balancer = service.create();
        assertThat(refusal(balancer, 1)).isEqualTo(RefuseReason.NO_ENDPOINTS);
        service.cluster(endpoint(1, 0), endpoint(2, 0)).update(balancer);
        assertThat(refusal(balancer, 1)).isEqualTo(RefuseReason.NO_WEIGHT);
        service.cluster(endpoint(1, 0), endpoint(2)).update(balancer);
        assertThat(refusal(balancer, 1, address(2))).isEqualTo(RefuseReason.CONNECT_FAILED);
        Lease lease = lease(balancer, 1);
        assertThat(refusal(balancer, 2)).isEqualTo(RefuseReason.ENDPOINTS_FULL);
        lease.release();
        assertThat(number(lease(balancer, 2))).isEqualTo(2);
    }

    @Test
    void limitsTheConnectionsOfBothFamiliesTogether() {
        SchedulingLoadBalancerFactory factory = Balanced.factory(new AffinityTable(10, new ManualClock()));
        LoadBalancer ipv4 =
                new Balanced(factory).limits(2, 0).cluster(endpoints(1, 2, 3)).create();
        LoadBalancer ipv6 = new Balanced(factory)
                .family(IpFamily.IPV6)
                .limits(2, 0)
                .cluster(endpoints(4))
                .create();
        LoadBalancer other = new Balanced(factory)
                .named("other")
                .limits(2, 0)
                .cluster(endpoints(4))
                .create();
        Lease first = lease(ipv4, 1);
        lease(ipv6, 1);
        assertThat(refusal(ipv4, 2)).isEqualTo(RefuseReason.MAX_CONNECTIONS);
        assertThat(refusal(ipv6, 2)).isEqualTo(RefuseReason.MAX_CONNECTIONS);
        lease(other, 1);
        first.release();
        lease(ipv6, 2);
        assertThat(List.of(ipv4.active(), ipv6.active(), other.active())).containsExactly(0, 2, 1);
    }

    @Test
    void aRefusalCountsNothing() {
        LoadBalancer balancer = Balanced.with("rr")
                .limits(1, 0)
                .cluster(endpoint(1), endpoint(2, 0))
                .create();
        assertThat(refusal(balancer, 1, address(1))).isEqualTo(RefuseReason.CONNECT_FAILED);
        assertThat(balancer.active()).isZero();
        lease(balancer, 1).release();
    }

    @Test
    void anEndpointThatReturnsGoesOnCountingItsOpenConnections() {
        Balanced service = Balanced.with("lc").cluster(endpoints(1, 2));
        LoadBalancer balancer = service.create();
        List<Lease> onFirst = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            Lease lease = lease(balancer, i);
            if (number(lease) == 1) {
                onFirst.add(lease);
            }
        }
        service.cluster(endpoints(2)).update(balancer);
        assertThat(balancer.active()).isEqualTo(4);
        assertThat(balancer.status()).hasSize(1);
        onFirst.get(0).release();
        service.cluster(endpoints(1, 2)).update(balancer);
        assertThat(balancer.status())
                .extracting(LoadBalancer.EndpointStatus::active)
                .containsExactly(1, 2);
        assertThat(number(lease(balancer, 9))).isEqualTo(1);
    }

    /**
     * kube-proxy's {@code GracefulDeleteRS}, case 73 of behaviour 10.4: who carries connections is kept without getting
     * new ones, who carries none is forgotten, who is not known is no concern. UDP sessions end by themselves.
     */
    @ParameterizedTest(name = "{0} open on the endpoint that leaves: {1} active in all")
    @CsvSource({"0, 1", "1, 2", "3, 4"})
    void case73KeepsAnEndpointThatLeftForAsLongAsItHasConnections(int open, int active) {
        Balanced service = Balanced.with("rr").cluster(endpoints(1));
        LoadBalancer balancer = service.create();
        List<Lease> held = IntStream.range(0, open)
                .mapToObj(client -> lease(balancer, client))
                .toList();

        service.cluster(endpoints(2)).update(balancer);
        service.cluster(endpoints(2)).update(balancer);
        assertThat(number(lease(balancer, 9))).isEqualTo(2);
        assertThat(balancer.active()).isEqualTo(active);

        held.forEach(Lease::release);
        service.cluster(endpoints(1, 2)).update(balancer);
        assertThat(balancer.status())
                .extracting(LoadBalancer.EndpointStatus::active)
                .containsExactly(0, 1);
    }

    @Test
    void forgetsAnEndpointThatLeftWithoutConnections() {
        Balanced service = Balanced.with("rr").cluster(endpoints(1));
        LoadBalancer balancer = service.create();
        lease(balancer, 1).release();
        service.cluster().update(balancer);
        service.cluster(endpoints(1)).update(balancer);
        assertThat(balancer.status()).containsExactly(new LoadBalancer.EndpointStatus(address(1), 1, 0, 0, 0, false));
    }

    @Test
    void aLoadOnOneListIsSeenByTheOther() {
        LoadBalancer balancer = Balanced.with("lc")
                .cluster(endpoints(1, 2, 3))
                .local(endpoints(2, 3))
                .create();
        Lease local = lease(balancer, EndpointScope.LOCAL, 1);
        assertThat(number(local)).isEqualTo(2);
        assertThat(number(lease(balancer, 2))).isEqualTo(1);
        assertThat(number(lease(balancer, 3))).isEqualTo(3);
        assertThat(number(lease(balancer, EndpointScope.LOCAL, 4))).isEqualTo(2);
        assertThat(number(lease(balancer, 5))).isEqualTo(1);
        assertThat(number(lease(balancer, 6))).isEqualTo(3);
        assertThat(number(lease(balancer, EndpointScope.LOCAL, 7))).isEqualTo(2);
        local.release();
        assertThat(number(lease(balancer, 8))).isEqualTo(1);
        assertThat(number(lease(balancer, EndpointScope.LOCAL, 9))).isEqualTo(2);
        assertThat(number(lease(balancer, EndpointScope.LOCAL, 10))).isEqualTo(3);
        assertThat(balancer.status())
                .extracting(LoadBalancer.EndpointStatus::active)
                .containsExactly(3, 3, 3);
    }

    @Test
    void switchesTheSchedulerWithoutLosingCounts() {
        Balanced service = Balanced.with("rr").cluster(endpoints(1, 2, 3));
        LoadBalancer balancer = service.create();
        List<Lease> open = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            open.add(lease(balancer, i));
        }
        open.stream().filter(lease -> number(lease) == 2).forEach(Lease::release);
        service.scheduler("lc").update(balancer);
        assertThat(List.of(number(lease(balancer, 1)), number(lease(balancer, 1)), number(lease(balancer, 1))))
                .containsExactly(2, 2, 1);
        service.scheduler("no-such").update(balancer);
        assertThat(balancer.active()).isEqualTo(7);
        lease(balancer, 2);
    }

    @Test
    void roundRobinKeepsItsTurnThroughUpdatesOfOtherFacts() {
        Balanced service = Balanced.with("rr").cluster(endpoints(1, 2, 3));
        LoadBalancer balancer = service.create();
        int first = number(lease(balancer, 1));
        service.limits(100, 50).update(balancer);
        int second = number(lease(balancer, 1));
        service.cluster(endpoint(1, 3), endpoint(2, 3), endpoint(3, 3)).update(balancer);
        int third = number(lease(balancer, 1));
        assertThat(Set.of(first, second, third)).containsExactlyInAnyOrder(1, 2, 3);
        assertThat((second - first + 3) % 3).isEqualTo(1);
        assertThat((third - second + 3) % 3).isEqualTo(1);
    }

    @Test
    void appliesNewLimitsAtOnce() {
        Balanced service = Balanced.with("lc").cluster(endpoints(1, 2));
        LoadBalancer balancer = service.create();
        for (int i = 0; i < 6; i++) {
            lease(balancer, i);
        }
        service.limits(0, 3).update(balancer);
        assertThat(refusal(balancer, 1)).isEqualTo(RefuseReason.ENDPOINTS_FULL);
        service.limits(7, 0).update(balancer);
        lease(balancer, 1);
        assertThat(refusal(balancer, 1)).isEqualTo(RefuseReason.MAX_CONNECTIONS);
    }
}
