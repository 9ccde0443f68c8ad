package io.ballast.core.health;

import static org.assertj.core.api.Assertions.assertThat;

import io.ballast.core.model.IpFamily;
import io.ballast.core.model.Node;
import io.ballast.core.testing.ManualClock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Cases 60 to 63 of kube-proxy's unit tests (behaviour 10.4). */
class ProxyHealthTest {
    private final ManualClock clock = new ManualClock();
    private final ProxyHealth health = new ProxyHealth(Duration.ofSeconds(10), clock, clock);

    @Test
    void case60IsHealthyBeforeAnyUpdate() {
        assertThat(health.isHealthy()).isTrue();
        assertThat(health.report().healthy()).isTrue();
        assertThat(health.report().families()).isEmpty();
        assertThat(health.report().lastUpdated()).isEqualTo(clock.instant());
    }

    @Test
    void case61StaysHealthyWhileNothingIsQueued() {
        Instant updated = clock.instant();
        health.updated(IpFamily.IPV4);
        health.updated(IpFamily.IPV6);
        clock.advance(Duration.ofSeconds(25));

        ProxyHealth.Report report = health.report();
        assertThat(report.healthy()).isTrue();
        assertThat(report.lastUpdated()).isEqualTo(report.currentTime()).isEqualTo(clock.instant());
        assertThat(report.families().get(IpFamily.IPV4)).isEqualTo(new ProxyHealth.FamilyReport(updated, true));
    }

    @ParameterizedTest
    @EnumSource(IpFamily.class)
    void case62IsUnhealthyWhileAFamilyWaitsTooLong(IpFamily family) {
        IpFamily other = family == IpFamily.IPV4 ? IpFamily.IPV6 : IpFamily.IPV4;
        health.updated(family);
        clock.advance(Duration.ofSeconds(1));
        Instant newest = clock.instant();
        health.updated(other);
        health.queued(family);
        clock.advance(Duration.ofMillis(9_999));
        assertThat(health.isHealthy()).isTrue();

        clock.advance(Duration.ofMillis(1));
        ProxyHealth.Report report = health.report();
        assertThat(health.isHealthy()).isFalse();
        assertThat(report.healthy()).isFalse();
        assertThat(report.lastUpdated()).isEqualTo(newest);
        assertThat(report.families())
                .extractingByKey(family)
                .extracting("healthy")
                .isEqualTo(false);
        assertThat(report.families())
                .extractingByKey(other)
                .extracting("healthy")
                .isEqualTo(true);

        health.updated(family);
        assertThat(health.report().healthy()).isTrue();
    }

    @Test
    void laterRequestsDoNotExcuseTheFirst() {
        health.queued(IpFamily.IPV4);
        clock.advance(Duration.ofSeconds(9));
        health.queued(IpFamily.IPV4);
        clock.advance(Duration.ofSeconds(1));

        assertThat(health.isHealthy()).isFalse();
        assertThat(health.report().families().get(IpFamily.IPV4))
                .isEqualTo(new ProxyHealth.FamilyReport(ProxyHealth.FamilyReport.NEVER, false));
    }

    @Test
    void case63NodeDecidesEligibilityAndNothingElse() {
        assertThat(health.isNodeEligible()).isFalse();

        health.nodeChanged(node(List.of("other"), false));
        assertThat(health.isNodeEligible()).isTrue();
        assertThat(health.report().nodeEligible()).isTrue();

        health.nodeChanged(node(List.of("other", "ToBeDeletedByClusterAutoscaler"), false));
        assertThat(health.isNodeEligible()).isFalse();
        assertThat(health.report().healthy()).isTrue();

        health.nodeChanged(node(List.of(), true));
        assertThat(health.isNodeEligible()).isFalse();
        assertThat(health.isHealthy()).isTrue();
    }

    private static Node node(List<String> taints, boolean deleting) {
        return new Node("n1", "", List.of(), List.of(), List.of(), Map.of(), taints, deleting);
    }
}
