package io.ballast.daemon.k8s;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ResourceVersionTest {
    @ParameterizedTest
    @CsvSource({
        "10, 9, true",
        "9, 10, false",
        "10, 10, false",
        "18446744073709551616, 9999999999999999999, true",
        "abc, 9, true",
        "9, abc, true",
        "abc, abc, false",
        "0, 9, true",
        "'', 9, true",
        "'', '', true"
    })
    void comparesNumbersAndTrustsTheRest(String version, String than, boolean newer) {
        assertThat(ResourceVersion.isNewer(version, than)).isEqualTo(newer);
    }
}
