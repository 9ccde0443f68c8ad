package io.ballast.core.scheduling;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class ConnectionCountTest {
    private static final int THREADS = 4;
    private static final int TURNS = 20_000;
    private static final int LIMIT = 3;

    private final ConnectionCount count = new ConnectionCount();

    @Test
    void countsWithAndWithoutLimit() {
        assertThat(count.reserve(0)).isTrue();
        assertThat(count.reserve(2)).isTrue();
        assertThat(count.reserve(2)).isFalse();
        assertThat(count.open()).isEqualTo(2);

        count.release();

        assertThat(count.reserve(2)).isTrue();
        assertThat(count.open()).isEqualTo(2);
    }

    /** A limit that comes later counts who came before it. */
    @Test
    void letsNobodyInWhereALimitIsLowerThanWhatIsOpen() {
        for (int i = 0; i < 5; i++) {
            count.reserve(0);
        }

        assertThat(count.reserve(5)).isFalse();
        count.release();
        assertThat(count.reserve(5)).isTrue();
    }

    @Test
    void keepsTheLimitAmongManyThreadsAndLosesNobody() throws Exception {
        AtomicInteger inside = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        CyclicBarrier begin = new CyclicBarrier(THREADS);
        ExecutorService loops = Executors.newFixedThreadPool(THREADS);
        try {
            List<Future<?>> ended = new ArrayList<>();
            for (int thread = 0; thread < THREADS; thread++) {
                ended.add(loops.submit(() -> {
                    begin.await();
                    for (int turn = 0; turn < TURNS; turn++) {
                        if (count.reserve(LIMIT)) {
                            most.accumulateAndGet(inside.incrementAndGet(), Math::max);
                            inside.decrementAndGet();
                            count.release();
                        }
                    }
                    return null;
                }));
            }
            for (Future<?> each : ended) {
                each.get();
            }
        } finally {
            loops.shutdownNow();
        }
        assertThat(most).hasValueBetween(1, LIMIT);
        assertThat(count.open()).isZero();
    }
}
