package io.ballast.daemon.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.ballast.daemon.metrics.PromQl.Selector;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PromQlTest {
    @Test
    void findsSeriesMatchersAndGrouping() {
        PromQl query = PromQl.parse("histogram_quantile(0.99, sum by (a, le) (rate(x_bucket{b=\"1\",c=~\"2|3\"}[5m])))"
                + " > 0.9 * 16384 and on (d) y_total unless absent(up == 1)");

        assertThat(query.selectors())
                .containsExactly(
                        new Selector("x_bucket", Map.of("b", "1"), Set.of("b", "c")),
                        new Selector("y_total", Map.of(), Set.of()),
                        new Selector("up", Map.of(), Set.of()));
        assertThat(query.grouping()).containsExactlyInAnyOrder("a", "le", "d");
    }

    @Test
    void takesAggregationsForWhatTheyAre() {
        assertThat(PromQl.parse("count by (f) (z == 0)").selectors())
                .containsExactly(new Selector("z", Map.of(), Set.of()));
        assertThat(PromQl.parse("max(z) by (f)").selectors()).containsExactly(new Selector("z", Map.of(), Set.of()));
    }
}
