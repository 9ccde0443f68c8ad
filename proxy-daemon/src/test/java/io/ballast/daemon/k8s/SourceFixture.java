package io.ballast.daemon.k8s;

import io.ballast.core.spi.Ticker;
import io.ballast.daemon.source.ObjectProblem;
import io.ballast.daemon.source.Selectors;
import io.ballast.daemon.source.SourceStatus;
import io.ballast.daemon.testing.Await;
import io.ballast.daemon.testing.RecordingSink;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.random.RandomGenerator;

/** A source that follows one server, with everything it delivers and short waits. */
final class SourceFixture implements AutoCloseable {
    final RecordingSink sink = new RecordingSink();
    final List<ObjectProblem> problems = new CopyOnWriteArrayList<>();
    final List<ClientConfigException> fatal = new CopyOnWriteArrayList<>();
    final List<Duration> pauses = new CopyOnWriteArrayList<>();
    final List<String> requests = new CopyOnWriteArrayList<>();
    /** What else hears of problems. */
    volatile Consumer<ObjectProblem> onProblem = problem -> {};

    final ApiConnection api;
    final KubernetesSource source;
    private final CountDownLatch closed = new CountDownLatch(1);

    SourceFixture(String url) {
        this(url, "");
    }

    SourceFixture(String url, String serviceProxyName) {
        this(url, serviceProxyName, Duration.ofSeconds(30), Duration.ofMillis(50));
    }

    SourceFixture(String url, String serviceProxyName, Duration bookmarkIdle, Duration shortWatch) {
        this(url, serviceProxyName, bookmarkIdle, shortWatch, Duration.ofSeconds(10));
    }

    SourceFixture(
            String url, String serviceProxyName, Duration bookmarkIdle, Duration shortWatch, Duration answerLimit) {
        this(url, serviceProxyName, fixture -> fixture.timing(bookmarkIdle, shortWatch, answerLimit));
    }

    SourceFixture(String url, String serviceProxyName, Function<SourceFixture, WatchTiming> timing) {
        try {
            api = new KubernetesClientFactory(Map.of(), Path.of("/nonexistent"))
                    .connect(
                            new ClientSettings("", url, 5, 10, serviceProxyName),
                            (method, host, code, took) -> requests.add(method + " " + code));
        } catch (ClientConfigException e) {
            throw new AssertionError(e);
        }
        Selectors selectors = new Selectors("worker-1", serviceProxyName);
        source = new KubernetesSource(api, selectors, sink, this::problem, fatal::add, timing.apply(this));
    }

    private void problem(ObjectProblem problem) {
        problems.add(problem);
        onProblem.accept(problem);
    }

    /** As in production, with every delay divided by a hundred. */
    private WatchTiming timing(Duration bookmarkIdle, Duration shortWatch, Duration answerLimit) {
        return new WatchTiming(
                Ticker.system(),
                RandomGenerator.getDefault(),
                this::pause,
                Duration.ofMillis(8),
                Duration.ofMillis(300),
                Duration.ofMillis(50),
                answerLimit,
                Duration.ofSeconds(10),
                Duration.ofMinutes(5),
                bookmarkIdle,
                shortWatch,
                shortWatch);
    }

    /** As long as it takes, or a server would be stormed, whose answers then come too late; but not beyond the end. */
    private void pause(Duration duration) throws InterruptedException {
        pauses.add(duration);
        closed.await(duration.toNanos(), TimeUnit.NANOSECONDS);
    }

    SourceFixture start() {
        source.start();
        return this;
    }

    /** Waits until all resources are listed and followed. */
    SourceFixture connected() {
        Await.until("source is synced and connected: " + source.status(), () -> {
            SourceStatus status = source.status();
            return status.synced() && status.connected();
        });
        return this;
    }

    SourceStatus.Resource services() {
        return source.status().resources().get(0);
    }

    @Override
    public void close() {
        closed.countDown();
        source.close();
        api.close();
    }
}
