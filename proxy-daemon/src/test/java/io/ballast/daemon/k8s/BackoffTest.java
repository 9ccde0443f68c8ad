package io.ballast.daemon.k8s;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BackoffTest {
    private static final RandomGenerator NO_JITTER = () -> 0;

    private Backoff standard(RandomGenerator random) {
        WatchTiming timing = WatchTiming.standard();
        return new Backoff(random, timing.backoffFirst(), timing.backoffLimit());
    }

    private List<Long> millis(Backoff backoff, int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> backoff.next().toMillis())
                .toList();
    }

    @Test
    void doublesFrom800MillisTo30Seconds() {
        assertThat(millis(standard(NO_JITTER), 9))
                .containsExactly(800L, 1600L, 3200L, 6400L, 12800L, 25600L, 30000L, 30000L, 30000L);
    }

    @Test
    void addsUpToAsMuchAgain() {
        Backoff backoff = standard(new Random(7));

        List<Long> delays = millis(backoff, 200);

        assertThat(delays.get(0)).isBetween(800L, 1600L);
        assertThat(delays.subList(10, 200)).allMatch(delay -> delay >= 30_000 && delay < 60_000);
        assertThat(delays.subList(10, 200).stream().distinct().count()).isGreaterThan(150);
    }

    @Test
    void beginsAnewOnceSomethingWentWell() {
        Backoff backoff = standard(NO_JITTER);
        millis(backoff, 8);

        backoff.reset();

        assertThat(millis(backoff, 2)).containsExactly(800L, 1600L);
    }
}
