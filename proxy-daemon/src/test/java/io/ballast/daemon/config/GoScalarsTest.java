package io.ballast.daemon.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GoScalarsTest {
    @ParameterizedTest
    @CsvSource({"1, true", "t, true", "T, true", "TRUE, true", "true, true", "0, false", "f, false", "False, false"})
    void readsTruthLikeGo(String text, boolean value) {
        assertThat(GoScalars.parseBool(text)).isEqualTo(value);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "yes", "tRUE", "2"})
    void refusesOtherTruths(String text) {
        assertThatThrownBy(() -> GoScalars.parseBool(text)).hasMessage("is neither true nor false");
    }

    @ParameterizedTest
    @CsvSource({"7, 7", "-999, -999", "+3, 3", "0, 0", "0x1F, 31", "0b101, 5", "0o17, 15", "017, 15", "-0x2, -2"})
    void readsNumbersLikeGo(String text, int value) {
        assertThat(GoScalars.parseInt(text)).isEqualTo(value);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-", "x", "1.0", "2147483648", "0x", "--1", "0x-1", "08", "1k"})
    void refusesOtherNumbers(String text) {
        assertThatThrownBy(() -> GoScalars.parseInt(text)).hasMessageContaining("not a whole number");
    }
}
