package io.ballast.netty.transport;

import io.ballast.core.spi.Ticker;
import io.ballast.netty.linux.DescriptorLimit;
import io.netty.channel.ChannelException;
import io.netty.channel.unix.Errors.NativeIoException;
import io.netty.channel.unix.Socket;
import java.io.IOException;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether the process or the host is out of descriptors or memory for sockets, or about to be, and for how long
 * accepting has to pause then: longer each time, up to a second. Shared by all that opens sockets, since they take from one another.
 * <em>Thread-safe.</em>
 */
public final class ResourceShortage {
    private static final Logger LOG = LoggerFactory.getLogger(ResourceShortage.class);
    private static final long FIRST_PAUSE_MILLIS = 10;
    private static final long LONGEST_PAUSE_MILLIS = 1000;

    /** One socket may find the last descriptor: a shortage is over when none was reported for that long. */
    private static final long RECOVERED_AFTER_NANOS = TimeUnit.SECONDS.toNanos(5);

    /** ENOMEM, ENFILE, EMFILE, ENOBUFS. */
    private static final Set<Integer> NUMBERS = Set.of(12, 23, 24, 105);

    private final Ticker ticker;
    private final DescriptorLimit limit;
    private long pauseMillis;
    private long pausedUntilNanos;
    private long lastReportNanos;
    /** Read without the lock by every accept and connect. */
    private volatile boolean present;

    public ResourceShortage(Ticker ticker) {
        this(ticker, DescriptorLimit.ofThisProcess());
    }

    ResourceShortage(Ticker ticker, DescriptorLimit limit) {
        this.ticker = ticker;
        this.limit = limit;
    }

    /** Whether that is what an exception means. */
    public static boolean isMeantBy(Throwable cause) {
        for (Throwable each = cause; each != null; each = each.getCause()) {
            String message = each.getMessage() == null ? "" : each.getMessage();
            if (each instanceof NativeIoException nativeFailure
                    ? NUMBERS.contains(-nativeFailure.expectedErr())
                    : message.toLowerCase(Locale.ROOT).contains("too many open files")) {
                return true;
            }
        }
        return false;
    }

    /** A socket could not be opened or accepted for want of resources. */
    public synchronized void reported(Throwable cause) {
        long now = ticker.nanos();
        lastReportNanos = now;
        if (!present) {
            LOG.atWarn()
                    .addKeyValue("cause", cause.getMessage())
                    .log("No resources for more connections: accepting pauses, open connections go on;"
                            + " raise the limit of open files (LimitNOFILE, ulimit -n)");
        } else if (pausedUntilNanos - now > 0) {
            return;
        }
        present = true;
        pauseMillis = pauseMillis == 0 ? FIRST_PAUSE_MILLIS : Math.min(2 * pauseMillis, LONGEST_PAUSE_MILLIS);
        pausedUntilNanos = now + TimeUnit.MILLISECONDS.toNanos(pauseMillis);
    }

    /**
     * A socket was opened or accepted.
     *
     * @param descriptor its number, -1 where that is not known
     */
    public void opened(int descriptor) {
        if (limit.isReserved(descriptor)) {
            reported(new IOException("descriptor " + descriptor + " of " + limit.limit()));
        } else if (present) {
            end();
        }
    }

    /** Looks whether the shortage is over, by opening a socket for a moment. Only where native transports work. */
    public void probe() {
        try {
            Socket socket = Socket.newSocketStream();
            opened(socket.intValue());
            socket.close();
        } catch (ChannelException | IOException e) {
            reported(e);
        }
    }

    private synchronized void end() {
        if (present && ticker.nanos() - lastReportNanos >= RECOVERED_AFTER_NANOS) {
            present = false;
            pauseMillis = 0;
            LOG.atInfo().log("Accepting connections again");
        }
    }

    /** How long to accept nobody, from now on; 0 almost always. */
    public long pauseMillis() {
        return present ? remainingMillis() : 0;
    }

    private synchronized long remainingMillis() {
        long nanos = pausedUntilNanos - ticker.nanos();
        return nanos <= 0 ? 0 : TimeUnit.NANOSECONDS.toMillis(nanos) + 1;
    }
}
