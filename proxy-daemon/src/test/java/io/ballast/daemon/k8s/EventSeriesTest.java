package io.ballast.daemon.k8s;

import static org.assertj.core.api.Assertions.assertThat;

import io.ballast.core.model.NamespacedName;
import io.ballast.core.testing.ManualClock;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class EventSeriesTest {
    private static final ClusterEvent EVENT = event("spec.type is odd");

    private final ManualClock clock = new ManualClock();
    private final EventSeries series = new EventSeries();

    private static ClusterEvent event(String note) {
        return new ClusterEvent(
                "Warning",
                "Service",
                new NamespacedName("shop", "web"),
                "uid-web",
                "InvalidService",
                "ReadObject",
                note);
    }

    private List<Integer> counts(List<EventSeries.Write> writes) {
        return writes.stream().map(EventSeries.Write::count).toList();
    }

    @Test
    void writesTheFirstTwoOccurrencesAndCountsTheRest() {
        assertThat(counts(series.observe(EVENT, clock.instant()))).containsExactly(1);
        assertThat(counts(series.observe(EVENT, clock.instant()))).containsExactly(2);
        for (int i = 0; i < 1000; i++) {
            assertThat(series.observe(EVENT, clock.instant())).isEmpty();
        }
        assertThat(series.due(clock.instant())).isEmpty();

        clock.advance(EventSeries.FINISHED.plusSeconds(1));

        assertThat(counts(series.due(clock.instant()))).containsExactly(1002);
        assertThat(series.due(clock.instant())).isEmpty();
    }

    @Test
    void keepsNameAndFirstTimeThroughASeries() {
        EventSeries.Write first = series.observe(EVENT, clock.instant()).get(0);
        clock.advance(Duration.ofSeconds(7));
        EventSeries.Write second = series.observe(EVENT, clock.instant()).get(0);

        assertThat(second.name()).isEqualTo(first.name()).startsWith("web.");
        assertThat(second.first()).isEqualTo(first.first());
        assertThat(second.last()).isEqualTo(clock.instant());
    }

    @Test
    void refreshesALongSeriesEveryHalfHour() {
        series.observe(EVENT, clock.instant());
        series.observe(EVENT, clock.instant());
        int writes = 0;
        for (int minute = 0; minute < 65; minute++) {
            clock.advance(Duration.ofMinutes(1));
            series.observe(EVENT, clock.instant());
            writes += series.due(clock.instant()).size();
        }

        assertThat(writes).isEqualTo(2);
    }

    @Test
    void beginsAnewAfterAnEndedSeries() {
        String first = series.observe(EVENT, clock.instant()).get(0).name();
        clock.advance(EventSeries.FINISHED.plusSeconds(1));
        assertThat(series.due(clock.instant())).isEmpty();

        EventSeries.Write again = series.observe(EVENT, clock.instant()).get(0);

        assertThat(again.count()).isEqualTo(1);
        assertThat(again.name()).isNotEqualTo(first);
    }

    @Test
    void neverNamesTwoEventsAlike() {
        List<String> names = IntStream.range(0, 6000)
                .mapToObj(i -> series.observe(event("note " + i), clock.instant())
                        .get(0)
                        .name())
                .toList();

        assertThat(names).doesNotHaveDuplicates();
    }

    @Test
    void keepsANoteWithinTheLimitOfTheApi() {
        String note = event("ü".repeat(2000)).note();

        assertThat(note).hasSize(512);
    }
}
