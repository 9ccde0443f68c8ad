package io.ballast.core.scheduling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class SpinningLockTest {
    private static final int THREADS = 4;
    private static final int STEPS = 50_000;
    private static final Duration LIMIT = Duration.ofSeconds(30);

    private final SpinningLock lock = new SpinningLock();
    private int guarded;

    @Test
    void letsOneInAtATime() throws InterruptedException {
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
            threads.add(new Thread(this::count));
        }
        threads.forEach(Thread::start);
        for (Thread thread : threads) {
            thread.join(LIMIT.toMillis());
        }
        assertThat(lock.get(() -> guarded)).isEqualTo(THREADS * STEPS);
    }

    private void count() {
        for (int step = 0; step < STEPS; step++) {
            lock.run(() -> {
                int before = guarded;
                lock.run(() -> guarded = before + 1);
            });
        }
    }

    @Test
    void sleepsUntilAHolderWhoTakesLongIsDone() throws InterruptedException {
        AtomicBoolean entered = new AtomicBoolean();
        Thread waiting = new Thread(() -> lock.run(() -> entered.set(true)));
        lock.lock();
        try {
            waiting.start();
            long deadline = System.nanoTime() + LIMIT.toNanos();
            while (waiting.getState() != Thread.State.WAITING && System.nanoTime() - deadline < 0) {
                Thread.onSpinWait();
            }
            assertThat(waiting.getState()).isEqualTo(Thread.State.WAITING);
            assertThat(entered).isFalse();
        } finally {
            lock.unlock();
        }
        waiting.join(LIMIT.toMillis());
        assertThat(entered).isTrue();
    }

    @Test
    void isFreeAfterAStepThatFails() throws InterruptedException {
        assertThatThrownBy(() -> lock.run(() -> {
                    throw new IllegalStateException("a step");
                }))
                .hasMessage("a step");
        Thread next = new Thread(this::count);
        next.start();
        next.join(LIMIT.toMillis());
        assertThat(lock.get(() -> guarded)).isEqualTo(STEPS);
    }
}
