package io.ballast.daemon.k8s;

import static org.assertj.core.api.Assertions.assertThat;

import io.ballast.core.testing.ManualClock;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class TokenBucketTest {
    private final ManualClock clock = new ManualClock();

    @Test
    void passesABurstAndThenTheRate() {
        TokenBucket bucket = new TokenBucket(clock, 5, 3);

        for (int i = 0; i < 3; i++) {
            assertThat(bucket.take()).isZero();
        }
        assertThat(bucket.take()).isEqualTo(Duration.ofMillis(200));
        assertThat(bucket.take()).isEqualTo(Duration.ofMillis(400));
    }

    @Test
    void refillsToTheBurst() {
        TokenBucket bucket = new TokenBucket(clock, 5, 2);
        bucket.take();
        bucket.take();

        clock.advance(Duration.ofHours(1));

        assertThat(bucket.take()).isZero();
        assertThat(bucket.take()).isZero();
        assertThat(bucket.take()).isPositive();
    }

    @Test
    void limitsNothingWithoutARate() {
        TokenBucket bucket = new TokenBucket(clock, 0, 0);

        for (int i = 0; i < 100; i++) {
            assertThat(bucket.take()).isZero();
        }
    }
}
