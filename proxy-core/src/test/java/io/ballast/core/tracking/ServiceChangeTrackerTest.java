package io.ballast.core.tracking;

import static io.ballast.core.testing.ServiceBuilder.service;
import static org.assertj.core.api.Assertions.assertThat;

import io.ballast.core.model.NamespacedName;
import io.ballast.core.model.Service;
import io.ballast.core.model.ServicePort;
import io.ballast.core.model.ServiceType;
import io.ballast.core.testing.RecordingWarnings;
import io.ballast.core.testing.ServiceBuilder;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Cases 39 to 41 of kube-proxy's unit tests (behaviour 10.2), and who is warned when. */
class ServiceChangeTrackerTest {
    private static final NamespacedName WEB = new NamespacedName("default", "web");

    private final RecordingWarnings warnings = new RecordingWarnings();
    private final ServiceChangeTracker tracker =
            new ServiceChangeTracker(new ServiceReader(Tracking.SETTINGS), warnings);

    @Test
    void case39ForgetsAServiceThatCameAndWentBetweenSyncs() {
        assertThat(tracker.upsert(web().build())).isTrue();
        assertThat(tracker.pendingCount()).isEqualTo(1);

        assertThat(tracker.delete(WEB)).isTrue();

        assertThat(tracker.pendingCount()).isZero();
        assertThat(tracker.takePending()).isEmpty();
        assertThat(tracker.names()).isEmpty();
    }

    @Test
    void case40ReportsNoChangeForAnIdenticalUpdate() {
        tracker.upsert(web().build());
        tracker.takePending();

        assertThat(tracker.upsert(web().build())).isFalse();
        assertThat(tracker.takePending()).isEmpty();
    }

    @Test
    void case41FollowsManyServices() {
        for (int i = 1; i <= 5; i++) {
            tracker.upsert(service("s" + i).clusterIp("10.96.0." + i).port(80).build());
        }
        tracker.takePending();
        for (int i = 1; i <= 4; i++) {
            tracker.delete(new NamespacedName("default", "s" + i));
        }

        assertThat(tracker.takePending()).hasSize(4);
        assertThat(tracker.names()).containsExactly(new NamespacedName("default", "s5"));
    }

    @Test
    void collapsesChangesToWhatWasAppliedAndWhatIs() {
        tracker.upsert(web().build());
        List<ServicePort> applied = tracker.ports(WEB);
        tracker.takePending();

        tracker.upsert(web().port(81).build());
        tracker.upsert(web().type(ServiceType.EXTERNAL_NAME).build());
        assertThat(tracker.takePending()).containsOnlyKeys(WEB).containsEntry(WEB, applied);

        tracker.upsert(web().build());
        tracker.upsert(web().type(ServiceType.EXTERNAL_NAME).build());
        assertThat(tracker.takePending()).isEmpty();
    }

    @Test
    void warnsOnceAndAgainOnlyOfWhatIsNew() {
        Service bad = web().annotation("ballast.io/connect-attempts", "many").build();
        tracker.upsert(bad);
        assertThat(warnings.take())
                .singleElement()
                .asString()
                .startsWith("default/web InvalidAnnotation: Annotation ballast.io/connect-attempts: \"many\"");

        tracker.upsert(bad);
        assertThat(warnings.take()).isEmpty();

        tracker.upsert(web().annotation("ballast.io/connect-attempts", "many")
                .annotation("ballast.io/scheduler", "best")
                .build());
        assertThat(warnings.take()).singleElement().asString().contains("UnknownScheduler", "\"best\"");

        tracker.delete(WEB);
        tracker.upsert(bad);
        assertThat(warnings.take()).hasSize(1);
    }

    @Test
    void forgetsAServiceThatIsNotServed() {
        tracker.upsert(web().type(ServiceType.EXTERNAL_NAME).build());

        assertThat(tracker.names()).isEmpty();
        assertThat(tracker.delete(WEB)).isFalse();
    }

    private static ServiceBuilder web() {
        return service("web").clusterIp("10.96.0.10").port(80);
    }

    @Test
    void tellsOfThousandsOfBadItemsInAFewShortWarnings() {
        String huge = "x".repeat(1 << 20);
        ServiceBuilder bad = web().externalIps(
                        IntStream.range(0, 10_000).mapToObj(i -> "bad-" + i).toArray(String[]::new))
                .annotation("ballast.io/idle-timeout", huge)
                .annotation("ballast.io/scheduler", huge)
                .annotation("ballast.io/" + huge, "1");

        tracker.upsert(bad.build());

        assertThat(warnings.take())
                .hasSize(17)
                .allSatisfy(line -> assertThat(line).hasSizeLessThan(600))
                .last()
                .asString()
                .startsWith("default/web InvalidAddress: And 9987 more");
        assertThat(tracker.ports(WEB)).hasSize(1);
        tracker.upsert(bad.build());
        assertThat(warnings.take()).isEmpty();
    }
}
