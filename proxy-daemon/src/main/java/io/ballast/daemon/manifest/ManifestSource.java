package io.ballast.daemon.manifest;

import io.ballast.core.spi.ObjectSink;
import io.ballast.daemon.source.ObjectProblem;
import io.ballast.daemon.source.Selectors;
import io.ballast.daemon.source.Source;
import io.ballast.daemon.source.SourceStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Services, EndpointSlices and the own Node from the files of a directory, followed live. A file that cannot be read
 * (any more, or not yet) keeps its last good objects. Thread-safe.
 */
public final class ManifestSource implements Source {
    private static final long STOP_MILLIS = 5000;

    /** What {@link #status} tells; replaced as a whole by the scanning thread. */
    private record State(
            long scans,
            @Nullable Instant readableSince,
            String problem,
            @Nullable Instant problemAt) {}

    private final Path directory;
    private final ObjectSink sink;
    private final ManifestStore store;
    private final DirectoryWatch watch;
    private final Thread thread;
    private final InstantSource clock = InstantSource.system();
    private volatile State state = new State(0, null, "", null);

    private ManifestSource(
            Path directory, Selectors selectors, ObjectSink sink, Consumer<ObjectProblem> problems, WatchDelays delays)
            throws IOException {
        this.directory = directory;
        this.sink = sink;
        this.store = new ManifestStore(
                selectors, sink, new ManifestLog(problems), file -> String.valueOf(file.getFileName()));
        this.watch = new DirectoryWatch(directory, delays, this::scan, this::unreadable);
        this.thread = new Thread(watch, "ballast-manifests");
        thread.setDaemon(true);
    }

    /**
     * @param problems hears of objects that cannot be served as they are
     * @throws IOException when the directory is none; the message names option and remedy
     */
    public static ManifestSource open(
            Path directory, Selectors selectors, ObjectSink sink, Consumer<ObjectProblem> problems) throws IOException {
        return open(directory, selectors, sink, problems, WatchDelays.STANDARD);
    }

    static ManifestSource open(
            Path directory, Selectors selectors, ObjectSink sink, Consumer<ObjectProblem> problems, WatchDelays delays)
            throws IOException {
        if (!Files.isDirectory(directory) || !Files.isReadable(directory)) {
            String what = Files.exists(directory) ? " is no directory that can be read" : " does not exist";
            throw new IOException("--source-dir: " + directory + what + ": name a directory with manifests");
        }
        return new ManifestSource(directory, selectors, sink, problems, delays);
    }

    @Override
    public void start() {
        thread.start();
    }

    private void scan() throws IOException {
        store.scan(directory);
        State before = state;
        if (before.scans() == 0) {
            sink.servicesSynced();
            sink.endpointSlicesSynced();
            sink.nodeSynced();
        }
        String problem = store.problem();
        state = new State(
                before.scans() + 1,
                before.readableSince() == null ? clock.instant() : before.readableSince(),
                problem,
                problem.equals(before.problem()) ? before.problemAt() : clock.instant());
    }

    private void unreadable(String problem) {
        state = new State(state.scans(), null, problem, clock.instant());
    }

    @Override
    public SourceStatus status() {
        State now = state;
        return new SourceStatus(
                directory.toString(),
                now.scans() > 0,
                now.readableSince() != null,
                now.readableSince(),
                now.problem(),
                now.problem().isEmpty() ? null : now.problemAt(),
                List.of(
                        resource("services", ObjectKind.SERVICE, now),
                        resource("endpointslices", ObjectKind.ENDPOINT_SLICE, now),
                        resource("nodes", ObjectKind.NODE, now)));
    }

    private SourceStatus.Resource resource(String name, ObjectKind kind, State now) {
        int objects = store.delivery().count(kind);
        return new SourceStatus.Resource(
                name, now.scans() > 0, objects, "", now.readableSince(), now.scans(), 0, 0, "", null);
    }

    @Override
    public void close() {
        thread.interrupt();
        try {
            thread.join(STOP_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        watch.close();
    }
}
