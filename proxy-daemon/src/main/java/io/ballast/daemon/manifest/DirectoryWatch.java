package io.ballast.daemon.manifest;

import static java.nio.file.StandardWatchEventKinds.ENTRY_CREATE;
import static java.nio.file.StandardWatchEventKinds.ENTRY_DELETE;
import static java.nio.file.StandardWatchEventKinds.ENTRY_MODIFY;

import java.io.IOException;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Calls a scan whenever something happened in a directory. The watch is in place before the first scan, and what an
 * event says is never relied on: any event, an overflow too, makes for a scan of the whole directory. So none can be
 * lost, and a ConfigMap's swapped link is a change like any other. Runs on a thread of its own.
 */
final class DirectoryWatch implements Runnable, AutoCloseable {
    /** Looks at the directory. */
    @FunctionalInterface
    interface Scan {
        void run() throws IOException;
    }

    private static final Logger log = LoggerFactory.getLogger(DirectoryWatch.class);

    private final Path directory;
    private final WatchDelays delays;
    private final Scan scan;
    private final Consumer<String> unreadable;
    private final WatchService service;
    private @Nullable WatchKey key;
    private @Nullable Object watched;
    private boolean readable = true;

    /**
     * @param unreadable hears that the directory itself cannot be read
     */
    DirectoryWatch(Path directory, WatchDelays delays, Scan scan, Consumer<String> unreadable) throws IOException {
        this.directory = directory;
        this.delays = delays;
        this.scan = scan;
        this.unreadable = unreadable;
        this.service = directory.getFileSystem().newWatchService();
    }

    @Override
    public void run() {
        try {
            while (!Thread.currentThread().isInterrupted()) {
                look();
                WatchKey changed = service.poll(delays.anyway().toNanos(), TimeUnit.NANOSECONDS);
                if (changed != null) {
                    settle(changed);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ClosedWatchServiceException e) {
            log.atDebug().addKeyValue("directory", directory).log("Watch closed");
        }
    }

    /** Waits until nothing more happens, but not for ever. */
    private void settle(WatchKey first) throws InterruptedException {
        long deadline = System.nanoTime() + delays.atMost().toNanos();
        for (WatchKey changed = first; changed != null; ) {
            changed.pollEvents();
            // A key that cannot be reset is of a directory that went; it is watched again when it is back.
            changed.reset();
            long left = Math.min(delays.settle().toNanos(), deadline - System.nanoTime());
            changed = left <= 0 ? null : service.poll(left, TimeUnit.NANOSECONDS);
        }
    }

    private void look() {
        try {
            register();
            scan.run();
            if (!readable) {
                log.atInfo().addKeyValue("directory", directory).log("Directory of manifests can be read again");
                readable = true;
            }
        } catch (RuntimeException e) {
            log.atError().addKeyValue("directory", directory).setCause(e).log("Delivering manifests failed");
        } catch (IOException e) {
            if (!Thread.currentThread().isInterrupted()) {
                unreadable(e);
            }
        }
    }

    /** Watches the directory that has the path now; another one may have taken it. */
    private void register() throws IOException {
        Object present =
                Files.readAttributes(directory, BasicFileAttributes.class).fileKey();
        if (key != null && key.isValid() && Objects.equals(present, watched)) {
            return;
        }
        if (key != null) {
            key.cancel();
        }
        key = directory.register(service, ENTRY_CREATE, ENTRY_MODIFY, ENTRY_DELETE);
        watched = present;
    }

    private void unreadable(IOException cause) {
        unreadable.accept(directory + " cannot be read: " + cause);
        if (readable) {
            log.atWarn()
                    .addKeyValue("directory", directory)
                    .addKeyValue("reason", cause.toString())
                    .addKeyValue(
                            "remedy",
                            "restore it; it is looked for every "
                                    + delays.anyway().toSeconds() + " s")
                    .log("Directory of manifests cannot be read; its last good objects stay");
            readable = false;
        }
    }

    @Override
    public void close() {
        try {
            service.close();
        } catch (IOException e) {
            log.atDebug().setCause(e).log("Closing the watch failed");
        }
    }
}
