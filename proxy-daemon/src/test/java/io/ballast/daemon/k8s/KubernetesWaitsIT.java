package io.ballast.daemon.k8s;

import static io.ballast.daemon.testing.ApiObjects.name;
import static io.ballast.daemon.testing.ApiObjects.service;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.ballast.daemon.testing.TestApiServer;
import io.ballast.daemon.testing.TestFault;
import io.ballast.daemon.testing.TestRequest;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What is waited after faults in a row, with the limits and back-offs of production, a clock that moves by waits alone
 * and nothing added at random; beside it what client-go waits, by its {@code reflector.go} and {@code with_retry.go}.
 */
class KubernetesWaitsIT {
    private static final RandomGenerator NO_JITTER = () -> 0;
    private static final TestFault EXPIRED = errorEvent(410, "too old resource version");
    private static final TestFault REFUSED = new TestFault.Status(500, "InternalError");
    private static final TestFault EMPTY = new TestFault.Nonsense("");
    private static final TestFault PAGE = new TestFault.Nonsense("<html><body>Bad gateway</body></html>");

    @RegisterExtension
    final FollowedServer followed = new FollowedServer();

    private final TestApiServer server = followed.server();
    private final List<Long> millis = new CopyOnWriteArrayList<>();
    private final AtomicLong clock = new AtomicLong();

    private WatchTiming timing() {
        WatchTiming standard = WatchTiming.standard();
        return new WatchTiming(
                clock::get,
                NO_JITTER,
                wait -> {
                    millis.add(wait.toMillis());
                    clock.addAndGet(wait.toNanos());
                },
                standard.backoffFirst(),
                standard.backoffLimit(),
                standard.cheapLimit(),
                standard.answerLimit(),
                standard.listIdle(),
                standard.watchLength(),
                standard.bookmarkIdle(),
                standard.shortWatch(),
                standard.steadyWatch());
    }

    private static TestFault errorEvent(int code, String message) {
        return new TestFault.Nonsense(
                "{\"type\":\"ERROR\",\"object\":{\"kind\":\"Status\",\"status\":\"Failure\",\"code\":%d,\"message\":\"%s\"}}"
                        .formatted(code, message));
    }

    private static TestFault[] times(int count, TestFault fault) {
        return IntStream.range(0, count).mapToObj(i -> fault).toArray(TestFault[]::new);
    }

    private static TestFault[] row(TestFault... faults) {
        return faults;
    }

    static Stream<Arguments> faults() {
        TestFault forHours = new TestFault.Busy(503, 9999);
        TestFault forAWhile = new TestFault.Busy(429, 1);
        return Stream.of(
                // How they meet lists, how they meet watches; Ballast's waits, client-go's.
                arguments(
                        row(forHours),
                        row(errorEvent(500, "etcd"), EXPIRED),
                        List.of(30_000L, 800L, 800L),
                        List.of(9_999_000L, 800L, 1600L)),
                arguments(row(new TestFault.Busy(503, 86_400)), row(), List.of(30_000L), List.of(86_400_000L)),
                arguments(times(3, forAWhile), row(forAWhile), times(4, 1000), times(4, 1000)),
                arguments(
                        row(),
                        row(REFUSED, REFUSED, REFUSED, REFUSED, REFUSED, EXPIRED),
                        List.of(800L, 1600L, 3200L, 5000L, 5000L, 800L),
                        List.of(800L, 1600L, 3200L, 6400L, 12_800L, 25_600L)),
                arguments(
                        row(REFUSED, EMPTY, PAGE, new TestFault.Truncated(40)),
                        row(EMPTY, PAGE, errorEvent(503, "away"), errorEvent(429, "busy")),
                        List.of(800L, 800L, 1600L, 3200L, 1600L, 3200L, 5000L, 5000L),
                        List.of(800L, 1600L, 3200L, 6400L, 12_800L, 25_600L, 30_000L, 30_000L)),
                arguments(
                        row(),
                        times(8, EXPIRED),
                        List.of(800L, 1600L, 3200L, 6400L, 12_800L, 25_600L, 30_000L, 30_000L),
                        List.of(800L, 1600L, 3200L, 6400L, 12_800L, 25_600L, 30_000L, 30_000L)),
                arguments(
                        row(),
                        times(5, EMPTY),
                        List.of(800L, 1600L, 3200L, 5000L, 5000L),
                        List.of(800L, 1600L, 3200L, 6400L, 12_800L)));
    }

    private static List<Long> times(int count, long wait) {
        return IntStream.range(0, count).mapToObj(i -> wait).toList();
    }

    @ParameterizedTest
    @MethodSource("faults")
    void waitsNoLongerThanClientGo(TestFault[] lists, TestFault[] watches, List<Long> expected, List<Long> clientGo) {
        server.put(service("a", "10.96.0.1"));
        Stream.of(lists).forEach(fault -> server.failNext(TestRequest::isServiceList, fault));
        Stream.of(watches).forEach(fault -> server.failNext(TestRequest::isServiceWatch, fault));
        try (SourceFixture fixture = new SourceFixture(server.url(), "", unused -> timing())) {
            fixture.start();
            server.awaitWatches();

            assertThat(fixture.connected().sink.services()).containsOnlyKeys(name("a"));
            assertThat(millis).isEqualTo(expected);
            assertThat(sum(millis)).isLessThanOrEqualTo(sum(clientGo));
        }
    }

    private static long sum(List<Long> waits) {
        return waits.stream().mapToLong(Long::longValue).sum();
    }

    /** What the API server answers for a version it does not know yet, after its state was set back. */
    @Test
    void listsAgainWhenItsVersionIsOneOfTheFuture() {
        server.put(service("a", "10.96.0.1"));
        server.failNext(
                TestRequest::isServiceWatch, errorEvent(504, "Timeout: Too large resource version: 99, current: 7"));
        try (SourceFixture fixture = new SourceFixture(server.url(), "", unused -> timing())) {
            fixture.start();
            server.awaitWatches();

            assertThat(server.count(TestRequest::isServiceList)).isEqualTo(2);
            assertThat(millis).containsExactly(800L);
        }
    }

    /** Five watches that last a while, and five that break once they brought something. */
    @Test
    void opensAWatchAtOnceUnlessTheOneBeforeEndedAtOnce() {
        try (SourceFixture fixture = new SourceFixture(server.url(), "", unused -> timing())) {
            fixture.start();
            for (int i = 0; i < 5; i++) {
                server.awaitWatches();
                clock.addAndGet(Duration.ofSeconds(2).toNanos());
                server.cutWatches();
            }
            server.awaitWatches();
            assertThat(millis).isEmpty();

            for (int i = 0; i < 5; i++) {
                server.bookmark();
                server.put(service("a" + i, "10.96.0.1"));
                server.bookmark();
                server.cutWatches();
                server.awaitWatches();
            }
            assertThat(millis).isNotEmpty().allMatch(wait -> wait < 2000);
        }
    }
}
