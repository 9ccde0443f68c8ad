package io.ballast.daemon.connectionlog;

import io.ballast.core.model.CloseReason;
import io.ballast.netty.tcp.ConnectionLog;
import io.ballast.netty.tcp.ConnectionView;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes one JSON line for each connection that ended. What comes faster than the file takes it is dropped and counted,
 * beyond a queue of 8192 lines. Thread-safe.
 */
public final class JsonConnectionLog implements ConnectionLog, AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(JsonConnectionLog.class);
    private static final int CAPACITY = 8192;
    /** How long closing waits for the last lines. */
    private static final Duration LAST_LINES = Duration.ofSeconds(2);

    private static final Duration COMPLAINT_INTERVAL = Duration.ofSeconds(10);

    private final BlockingQueue<ClosedConnection> queue = new LinkedBlockingQueue<>(CAPACITY);
    private final AtomicLong dropped = new AtomicLong();
    private final String name;
    private final LogFile file;
    private final Thread thread = new Thread(this::run, "connection-log");
    private volatile boolean closed;
    private long reported;
    private long lastComplaint = System.nanoTime() - COMPLAINT_INTERVAL.toNanos();

    private JsonConnectionLog(String name, LogFile file) {
        this.name = name;
        this.file = file;
        thread.setDaemon(true);
    }

    /**
     * @param name a file, appended to, or {@code -} for standard output
     * @throws IOException when the file cannot be opened; the message names the option
     */
    public static JsonConnectionLog open(String name) throws IOException {
        try {
            JsonConnectionLog opened = new JsonConnectionLog(name, new LogFile(name));
            opened.thread.start();
            return opened;
        } catch (IOException e) {
            throw new IOException("--connection-log: cannot open " + name + ": " + e, e);
        }
    }

    @Override
    public void closed(ConnectionView connection, CloseReason reason, Duration duration) {
        if (!queue.offer(new ClosedConnection(connection, reason, duration))) {
            dropped.getAndIncrement();
        }
    }

    /** Lines that were never written. */
    public long dropped() {
        return dropped.get();
    }

    private void run() {
        List<ClosedConnection> batch = new ArrayList<>();
        try {
            while (!closed || !queue.isEmpty()) {
                ClosedConnection first = queue.poll(100, TimeUnit.MILLISECONDS);
                if (first != null) {
                    batch.add(first);
                    queue.drainTo(batch);
                    write(batch);
                    batch.clear();
                }
                complain();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void write(List<ClosedConnection> batch) {
        try {
            file.reopenIfMoved();
            for (ClosedConnection connection : batch) {
                file.write(connection.toJson());
            }
            file.flush();
        } catch (IOException e) {
            // Some may have been written before; better counted as lost than not.
            dropped.getAndAdd(batch.size());
            log.atDebug().addKeyValue("file", name).setCause(e).log("Connection log cannot be written");
        }
    }

    private void complain() {
        long now = System.nanoTime();
        long lost = dropped.get();
        if (lost > reported && now - lastComplaint >= COMPLAINT_INTERVAL.toNanos()) {
            log.atWarn()
                    .addKeyValue("file", name)
                    .addKeyValue("lines", lost - reported)
                    .log("Lines of the connection log were dropped: it is too slow or cannot be written");
            reported = lost;
            lastComplaint = now;
        }
    }

    /** Writes what is queued, but not for ever, and closes the file. */
    @Override
    public void close() {
        closed = true;
        try {
            thread.join(LAST_LINES.toMillis());
            file.close();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            log.atWarn().addKeyValue("file", name).setCause(e).log("Closing the connection log failed");
        }
    }
}
