package io.ballast.daemon.k8s;

import static org.assertj.core.api.Assertions.assertThat;

import io.ballast.daemon.testing.Await;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class LivenessTest {
    private static final Duration QUIET = Duration.ofSeconds(30);

    private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 5);
    private final List<CompletableFuture<String>> questions = new ArrayList<>();
    private final AtomicInteger deaths = new AtomicInteger();
    private final Liveness liveness = new Liveness(new Liveness.Limits(QUIET, Duration.ofMinutes(1)), nanos::get);

    private Duration check() {
        return liveness.check(this::ask, deaths::incrementAndGet);
    }

    private CompletableFuture<String> ask() {
        questions.add(new CompletableFuture<>());
        return questions.get(questions.size() - 1);
    }

    private void pass(Duration time) {
        nanos.addAndGet(time.toNanos());
    }

    @Test
    void asksAfterASilenceAndNotBefore() {
        pass(QUIET.minusSeconds(10));
        assertThat(check()).isEqualTo(Duration.ofSeconds(10));
        liveness.heard();
        pass(QUIET.minusSeconds(1));
        assertThat(check()).isEqualTo(Duration.ofSeconds(1));
        assertThat(questions).isEmpty();
        pass(Duration.ofSeconds(1));
        assertThat(check()).isEqualTo(QUIET);
        assertThat(questions).hasSize(1);
    }

    /** All who read from a client come here. */
    @Test
    void asksOnceAtATime() {
        pass(QUIET);
        check();
        check();
        assertThat(questions).hasSize(1);
    }

    @Test
    void anAnswerIsALifeSignAndAfterAnotherSilenceItAsksAgain() {
        pass(QUIET);
        check();
        questions.get(0).complete("ok");
        Await.until("asked again", () -> {
            pass(QUIET);
            check();
            return questions.size() == 2;
        });
        assertThat(deaths).hasValue(0);
    }

    @Test
    void withoutAnAnswerTheServerIsGivenUpOnce() {
        pass(QUIET);
        check();
        questions.get(0).completeExceptionally(new IOException("reset"));
        Await.until("given up", () -> deaths.get() == 1);
        pass(QUIET.multipliedBy(2));
        check();
        assertThat(deaths).as("without another question").hasValue(1);
    }

    @Test
    void anAnswerThatDoesNotComeInTimeIsNone() {
        Liveness impatient = new Liveness(new Liveness.Limits(QUIET, Duration.ofMillis(1)), nanos::get);
        pass(QUIET);
        impatient.check(this::ask, deaths::incrementAndGet);
        Await.until("given up", () -> deaths.get() == 1);
        assertThat(questions).hasSize(1);
    }
}
