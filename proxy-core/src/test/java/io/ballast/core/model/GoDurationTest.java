package io.ballast.core.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GoDurationTest {
    @ParameterizedTest
    @CsvSource({
        "30s, PT30S, 30s",
        "1h30m, PT1H30M, 1h30m0s",
        "1.5h, PT1H30M, 1h30m0s",
        ".5s, PT0.5S, 500ms",
        "3.s, PT3S, 3s",
        "250ms, PT0.25S, 250ms",
        "1h, PT1H, 1h0m0s",
        "90s, PT1M30S, 1m30s",
        "61.001s, PT1M1.001S, 1m1.001s",
        "1500us, PT0.0015S, 1.5ms",
        "7µs, PT0.000007S, 7µs",
        "7μs, PT0.000007S, 7µs",
        "5ns, PT0.000000005S, 5ns",
        "-5s, PT-5S, -5s",
        "+2m, PT2M, 2m0s",
        "0, PT0S, 0s",
        "0s, PT0S, 0s",
        "24h0m0s, PT24H, 24h0m0s",
    })
    void readsAndWritesLikeGo(String text, Duration duration, String canonical) {
        assertThat(GoDuration.parse(text)).isEqualTo(duration);
        assertThat(GoDuration.format(duration)).isEqualTo(canonical);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "30", "s", "1d", "1h 30m", "1h-30m", "PT30S", ".s", "1e3s", "--1s", "３s"})
    void refusesWhatGoRefuses(String text) {
        assertThatThrownBy(() -> GoDuration.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("want for example 30s");
    }

    @ParameterizedTest
    @ValueSource(strings = {"9999999h", "99999999999999999999s"})
    void refusesWhatDoesNotFit(String text) {
        assertThatThrownBy(() -> GoDuration.parse(text)).hasMessageContaining("292 years");
    }
}
