package io.ballast.daemon.config;

import java.io.IOException;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells once when a file's content is no longer what it was. Kubernetes swaps a symbolic link when a ConfigMap changes,
 * which kube-proxy's own watch does not notice; here the content counts, however it comes to change. A file that is
 * missing for a while is not a change, as with kube-proxy.
 *
 * <p>Owns one daemon thread, which calls back.
 */
public final class ConfigFileWatch implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(ConfigFileWatch.class);

    /** Directory events make it quick; looking anyway covers what sends no events, such as a link's far target. */
    private static final Duration INTERVAL = Duration.ofSeconds(5);

    private final Path file;
    private final byte[] original;
    private final Duration interval;
    private final Runnable onChange;
    private final WatchService events;
    private final Thread thread;

    private ConfigFileWatch(Path file, Duration interval, Runnable onChange) throws IOException {
        this.file = file;
        this.interval = interval;
        this.onChange = onChange;
        this.original = Files.readAllBytes(file);
        this.events = FileSystems.getDefault().newWatchService();
        this.thread = new Thread(this::watch, "config-file-watch");
        thread.setDaemon(true);
    }

    /**
     * Watches a file from now on.
     *
     * @param onChange called at most once, on the watch's thread
     * @throws IOException when the file cannot be read or watched
     */
    public static ConfigFileWatch start(Path file, Runnable onChange) throws IOException {
        return start(file, INTERVAL, onChange);
    }

    static ConfigFileWatch start(Path file, Duration interval, Runnable onChange) throws IOException {
        ConfigFileWatch watch = new ConfigFileWatch(file, interval, onChange);
        watch.register();
        watch.thread.start();
        return watch;
    }

    private void register() throws IOException {
        @Nullable Path directory = file.toAbsolutePath().getParent();
        if (directory != null) {
            directory.register(
                    events,
                    StandardWatchEventKinds.ENTRY_CREATE,
                    StandardWatchEventKinds.ENTRY_MODIFY,
                    StandardWatchEventKinds.ENTRY_DELETE);
        }
    }

    private void watch() {
        try {
            while (!isChanged()) {
                @Nullable WatchKey key = events.poll(interval.toMillis(), TimeUnit.MILLISECONDS);
                if (key != null) {
                    key.pollEvents();
                    key.reset();
                }
            }
        } catch (ClosedWatchServiceException | InterruptedException closed) {
            return;
        }
        log.atDebug().addKeyValue("file", file).log("Configuration file changed");
        onChange.run();
    }

    private boolean isChanged() {
        try {
            byte[] content = Files.readAllBytes(file);
            return !Arrays.equals(content, original);
        } catch (IOException missing) {
            log.atDebug().addKeyValue("file", file).addKeyValue("err", missing).log("Configuration file not readable");
            return false;
        }
    }

    /** Stops watching; a callback that has begun goes on. */
    @Override
    public void close() throws IOException {
        events.close();
        thread.interrupt();
    }
}
