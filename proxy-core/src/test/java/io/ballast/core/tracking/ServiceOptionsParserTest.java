package io.ballast.core.tracking;

import static org.assertj.core.api.Assertions.assertThat;

import io.ballast.core.model.EndpointRemoval;
import io.ballast.core.model.ProxyProtocol;
import io.ballast.core.model.ServiceOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ServiceOptionsParserTest {
    private static final ServiceOptions DEFAULTS = ServiceOptions.DEFAULTS.withScheduler("random");

    private final ServiceOptionsParser parser = new ServiceOptionsParser(DEFAULTS, Tracking.SETTINGS.knownSchedulers());
    private final List<String> problems = new ArrayList<>();

    @Test
    void sharesTheDefaultsOfServicesWithoutAnnotations() {
        assertThat(parse(Map.of())).isSameAs(DEFAULTS);
    }

    /** Design 3: i = ipvs-scheduler, b = ballast.io, k = kube-router, c = Cilium. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
    i=lc                 | lc     | ''
    b=lc                 | lc     | ''
    k=lc                 | lc     | ''
    c=least-connection   | lc     | ''
    c=maglev             | mh     | ''
    c=round-robin        | rr     | ''
    c=random             | random | ''
    i=lc b=sh            | lc     | ''
    b=sh k=lc            | sh     | ''
    k=lc c=maglev        | lc     | ''
    i=lblc               | random | i
    i=lblc b=sh          | sh     | i
    i=x b=y k=z c=maglev | mh     | i b k
    c=mh                 | random | c
    c=lc k=no            | random | k c
    b=                   | random | b
    """)
    void takesTheFirstSchedulerItKnows(String annotations, String expected, String blamed) {
        Map<String, String> keys = Map.of(
                "i", "service.beta.kubernetes.io/ipvs-scheduler",
                "b", "ballast.io/scheduler",
                "k", "kube-router.io/service.scheduler",
                "c", "service.cilium.io/lb-algorithm");
        Map<String, String> map = new HashMap<>();
        for (String annotation : annotations.split(" ")) {
            map.put(keys.getOrDefault(annotation.substring(0, 1), ""), annotation.substring(2));
        }

        assertThat(parse(map).scheduler()).isEqualTo(expected);
        List<String> blamedKeys = blamed.isEmpty() ? List.of() : List.of(blamed.split(" "));
        assertThat(problems).hasSameSizeAs(blamedKeys);
        for (int i = 0; i < blamedKeys.size(); i++) {
            String key = keys.getOrDefault(blamedKeys.get(i), "");
            assertThat(problems.get(i)).startsWith("UnknownScheduler: Annotation " + key + ": \"" + map.get(key));
        }
    }

    @Test
    void readsEveryAnnotation() {
        ServiceOptions options = parse(Map.of(
                "ballast.io/scheduler", " lc ",
                "ballast.io/connect-timeout", "1.5s",
                "ballast.io/connect-attempts", "10",
                "ballast.io/endpoint-removal", "drain",
                "ballast.io/drain-timeout", "1h30m",
                "ballast.io/idle-timeout", "5m",
                "ballast.io/max-connections", "1000",
                "ballast.io/max-connections-per-endpoint", "100",
                "ballast.io/max-connection-age", "24h",
                "ballast.io/proxy-protocol", "v2"));

        assertThat(problems).isEmpty();
        assertThat(options)
                .isEqualTo(new ServiceOptions(
                        "lc",
                        Duration.ofMillis(1500),
                        10,
                        EndpointRemoval.DRAIN,
                        Duration.ofMinutes(90),
                        Duration.ofMinutes(5),
                        Duration.ofMinutes(5),
                        1000,
                        100,
                        Duration.ofHours(24),
                        ProxyProtocol.V2,
                        false));
        assertThat(parse(Map.of("ballast.io/source-ranges-scope", "external")).sourceRangesGuardAllExternal())
                .isTrue();
    }

    @Test
    void idleTimeoutOfZeroLeavesUdpSessionsTheirDefault() {
        ServiceOptions options = parse(Map.of("ballast.io/idle-timeout", "0"));

        assertThat(options.idleTimeout()).isZero();
        assertThat(options.udpIdleTimeout()).isEqualTo(DEFAULTS.udpIdleTimeout());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
    connect-timeout              | 3        | duration
    connect-timeout              | 0s       | from 1ms to 1h0m0s
    connect-timeout              | -1s      | from 1ms
    connect-attempts             | 0        | from 1 to 10
    connect-attempts             | 11       | from 1 to 10
    connect-attempts             | three    | from 1 to 10
    endpoint-removal             | Drain    | keep, drain, reset
    drain-timeout                | -5s      | from 0s
    idle-timeout                 | 5 m      | duration
    max-connections              | -1       | from 0 to 999999999
    max-connections              | 1e3      | from 0 to 999999999
    max-connections-per-endpoint | 99999999999 | from 0 to
    max-connection-age           | ''       | duration
    proxy-protocol               | v3       | v1, v2
    source-ranges-scope          | all      | loadbalancer, external
    """)
    void keepsTheDefaultOfABadValueAndNamesIt(String name, String value, String rule) {
        assertThat(parse(Map.of("ballast.io/" + name, value))).isEqualTo(DEFAULTS);
        assertThat(problems)
                .singleElement()
                .asString()
                .startsWith("InvalidAnnotation: Annotation ballast.io/" + name + ": \"" + value + "\"")
                .contains(rule)
                .contains("applies.");
    }

    @Test
    void oneBadValueLeavesTheOthersAlone() {
        ServiceOptions options =
                parse(Map.of("ballast.io/connect-attempts", "5", "ballast.io/connect-timeout", "soon"));

        assertThat(options.connectAttempts()).isEqualTo(5);
        assertThat(options.connectTimeout()).isEqualTo(DEFAULTS.connectTimeout());
    }

    @Test
    void namesAMisspeltAnnotation() {
        assertThat(parse(Map.of("ballast.io/conect-timeout", "5s"))).isEqualTo(DEFAULTS);
        assertThat(problems)
                .singleElement()
                .asString()
                .contains("ballast.io/conect-timeout is not known", "connect-timeout");
    }

    private ServiceOptions parse(Map<String, String> annotations) {
        return parser.parse(annotations, problem -> problems.add(problem.reason() + ": " + problem.message()));
    }
}
