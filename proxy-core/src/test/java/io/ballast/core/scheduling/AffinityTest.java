package io.ballast.core.scheduling;

import static io.ballast.core.scheduling.Balanced.address;
import static io.ballast.core.scheduling.Balanced.endpoint;
import static io.ballast.core.scheduling.Balanced.endpoints;
import static io.ballast.core.scheduling.Balanced.lease;
import static io.ballast.core.scheduling.Balanced.number;
import static io.ballast.core.scheduling.Balanced.refusal;
import static org.assertj.core.api.Assertions.assertThat;

import io.ballast.core.model.AddressPort;
import io.ballast.core.model.IpFamily;
import io.ballast.core.model.RefuseReason;
import io.ballast.core.testing.ManualClock;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class AffinityTest {
    private static final Duration MINUTE = Duration.ofMinutes(1);

    private final ManualClock ticker = new ManualClock();
    private final AffinityTable table = new AffinityTable(100, ticker);
    private final Balanced service =
            new Balanced(Balanced.factory(table)).affinity(MINUTE).cluster(endpoints(1, 2, 3));

    private static int pinned(LoadBalancer balancer, int client) {
        return number(lease(balancer, client));
    }

    @Test
    void keepsAClientAndSpreadsClients() {
        LoadBalancer balancer = service.create();
        Set<Integer> used = new HashSet<>();
        for (int client = 0; client < 3; client++) {
            int first = pinned(balancer, client);
            used.add(first);
            for (int i = 0; i < 5; i++) {
                assertThat(pinned(balancer, client)).isEqualTo(first);
            }
        }
        assertThat(used).hasSize(3);
        assertThat(table.entries()).isEqualTo(3);
    }

    @Test
    void looksAtTheAddressAndNotAtThePort() {
        LoadBalancer balancer = service.create();
        int first = pinned(balancer, 1);
        AddressPort otherPort = new AddressPort(Balanced.client(1).address(), 1);
        for (int i = 0; i < 4; i++) {
            Pick pick = balancer.acquire(EndpointScope.CLUSTER, otherPort, Balanced.CLUSTER_IP, Set.of());
            assertThat(number(((Pick.Picked) pick).lease())).isEqualTo(first);
        }
    }

    @Test
    void slidesWithEachNewConnectionAndThenExpires() {
        LoadBalancer balancer = service.create();
        int first = pinned(balancer, 1);
        for (int i = 0; i < 5; i++) {
            ticker.advance(MINUTE.minusSeconds(1));
            assertThat(pinned(balancer, 1)).isEqualTo(first);
        }
        ticker.advance(MINUTE);
        assertThat(pinned(balancer, 1)).isNotEqualTo(first);
    }

    @Test
    void openConnectionsDoNotKeepARecord() {
        LoadBalancer balancer = service.create();
        Lease open = lease(balancer, 1);
        ticker.advance(MINUTE);
        assertThat(pinned(balancer, 1)).isNotEqualTo(number(open));
        open.release();
    }

    @Test
    void forgetsAnEndpointThatLeaves() {
        LoadBalancer balancer = service.create();
        int first = pinned(balancer, 1);
        int[] others = {1 + first % 3, 1 + (first + 1) % 3};
        Arrays.sort(others);
        service.cluster(endpoints(others)).update(balancer);
        assertThat(table.entries()).isZero();
        int second = pinned(balancer, 1);
        assertThat(second).isNotEqualTo(first);
        service.cluster(endpoints(1, 2, 3)).update(balancer);
        assertThat(pinned(balancer, 1)).isEqualTo(second);
    }

    @Test
    void forgetsOneOfManyClientsEndpoints() {
        AffinityTable large = new AffinityTable(10_000, ticker);
        Balanced many = new Balanced(Balanced.factory(large)).affinity(MINUTE).cluster(endpoints(1, 2, 3));
        LoadBalancer balancer = many.create();
        for (int client = 0; client < 6000; client++) {
            pinned(balancer, client);
        }
        many.cluster(endpoints(1, 3)).update(balancer);
        assertThat(large.entries()).isEqualTo(4000);
        many.cluster(endpoints(2)).update(balancer);
        assertThat(large.entries()).isZero();
    }

    @Test
    void forgetsAnEndpointWhoseWeightBecomesZero() {
        LoadBalancer balancer = service.cluster(endpoints(1)).create();
        pinned(balancer, 1);
        service.cluster(endpoint(1, 0), endpoint(2)).update(balancer);
        assertThat(table.entries()).isZero();
        assertThat(pinned(balancer, 1)).isEqualTo(2);
    }

    @Test
    void forgetsAnEndpointThatCannotBeConnectedTo() {
        LoadBalancer balancer = service.create();
        Lease failed = lease(balancer, 1);
        failed.connectFailed();
        failed.release();
        assertThat(table.entries()).isZero();
        int second = number(lease(balancer, 1, failed.endpoint().address()));
        assertThat(second).isNotEqualTo(number(failed));
        failed.connectFailed();
        assertThat(pinned(balancer, 1)).isEqualTo(second);
    }

    @Test
    void aFailureThatIsOverTakenByANewPinLeavesThePin() {
        LoadBalancer balancer = service.create();
        Lease failed = lease(balancer, 1);
        int second = number(lease(balancer, 1, failed.endpoint().address()));
        failed.connectFailed();
        failed.release();
        assertThat(pinned(balancer, 1)).isEqualTo(second);
    }

    @Test
    void movesOnFromAFullEndpointAndStays() {
        LoadBalancer balancer = service.limits(0, 2).create();
        Lease first = lease(balancer, 1);
        Lease again = lease(balancer, 1);
        assertThat(number(again)).isEqualTo(number(first));
        int second = pinned(balancer, 1);
        assertThat(second).isNotEqualTo(number(first));
        first.release();
        assertThat(pinned(balancer, 1)).isEqualTo(second);
    }

    @Test
    void aRecordOutsideTheListInForceIsNotUsed() {
        LoadBalancer balancer = service.scheduler("lc")
                .cluster(endpoints(1, 2))
                .local(endpoints(2))
                .create();
        assertThat(pinned(balancer, 1)).isEqualTo(1);
        assertThat(number(lease(balancer, EndpointScope.LOCAL, 1))).isEqualTo(2);
        assertThat(pinned(balancer, 1)).as("one record for both lists").isEqualTo(2);
    }

    @Test
    void isSwitchedOnAndOffLive() {
        LoadBalancer balancer = service.noAffinity().create();
        int first = pinned(balancer, 1);
        assertThat(pinned(balancer, 1)).isNotEqualTo(first);
        assertThat(table.entries()).isZero();
        service.affinity(MINUTE).update(balancer);
        int pinned = pinned(balancer, 1);
        assertThat(pinned(balancer, 1)).isEqualTo(pinned);
        service.noAffinity().update(balancer);
        assertThat(table.entries()).isZero();
        assertThat(pinned(balancer, 1)).isNotEqualTo(pinned);
    }

    @Test
    void takesANewTimeoutForRecordsThatExist() {
        LoadBalancer balancer = service.create();
        int first = pinned(balancer, 1);
        ticker.advance(Duration.ofSeconds(50));
        service.affinity(Duration.ofHours(1)).update(balancer);
        ticker.advance(Duration.ofMinutes(40));
        assertThat(pinned(balancer, 1)).isEqualTo(first);
        service.affinity(Duration.ofSeconds(5)).update(balancer);
        ticker.advance(Duration.ofSeconds(5));
        assertThat(pinned(balancer, 1)).isNotEqualTo(first);
    }

    @Test
    void survivesASwitchOfTheScheduler() {
        LoadBalancer balancer = service.create();
        int first = pinned(balancer, 1);
        for (String scheduler : new String[] {"lc", "sh", "wrr", "random"}) {
            service.scheduler(scheduler).update(balancer);
            assertThat(pinned(balancer, 1)).isEqualTo(first);
        }
    }

    @Test
    void isSharedNeitherByServicePortsNorByFamilies() {
        LoadBalancer web = service.create();
        LoadBalancer api = service.named("api").create();
        LoadBalancer web6 = service.family(IpFamily.IPV6).create();
        for (LoadBalancer balancer : new LoadBalancer[] {web, api, web6}) {
            pinned(balancer, 1);
        }
        assertThat(table.entries()).isEqualTo(3);
        service.cluster().update(api);
        assertThat(table.entries()).isEqualTo(2);
    }

    @Test
    void aRefusalPinsNobody() {
        LoadBalancer balancer = service.create();
        assertThat(refusal(balancer, 1, address(1), address(2), address(3))).isEqualTo(RefuseReason.CONNECT_FAILED);
        assertThat(table.entries()).isZero();
    }

    @Test
    void removesWhatExpiredWhenAsked() {
        LoadBalancer balancer = service.create();
        pinned(balancer, 1);
        ticker.advance(Duration.ofSeconds(30));
        pinned(balancer, 2);
        ticker.advance(Duration.ofSeconds(30));
        table.removeExpired();
        assertThat(table.entries()).isEqualTo(1);
    }
}
