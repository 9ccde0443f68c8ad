package io.ballast.netty.intercept;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SteeringRulesTest {
    private static final String LOAD = "add chain inet ballast steer_output\n";

    private final SteeringRules steering = new SteeringRules();

    @BeforeEach
    void prepare() {
        steering.prepare(LOAD);
    }

    @Test
    void loadsChainsWithTheFirstSteeredFrontendOnly() {
        assertThat(steering.change(true)).isEqualTo(LOAD);
        steering.changed(true);
        assertThat(steering.change(true)).isEmpty();
    }

    @Test
    void removesChainsWithTheLastSteeredFrontend() {
        steering.changed(true);
        assertThat(steering.change(false)).contains("delete chain inet ballast steer_output\n");
        steering.changed(false);
        assertThat(steering.change(false)).isEmpty();
        assertThat(steering.change(true)).isEqualTo(LOAD);
    }

    @Test
    void removesWhatAnotherProcessLeft() {
        assertThat(steering.change(false)).contains("delete chain inet ballast defragment\n");
    }

    @Test
    void triesAgainWhatFailed() {
        steering.change(true);
        assertThat(steering.change(true)).isEqualTo(LOAD);
    }
}
