package io.ballast.core.stats;

import io.ballast.core.model.CloseReason;
import io.ballast.core.model.ConnectFailure;
import io.ballast.core.model.RefuseReason;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.LongAdder;

/**
 * Traffic counters of one Service port, shared by its families and frontends. <em>Thread-safe</em>; every method is
 * wait-free and cheap enough for each connection. Bytes are counted by the caller in batches.
 */
public final class ServicePortStats {
    private final LongAdder opened = new LongAdder();
    private final LongAdder[] bytes = adders(Direction.values().length);
    private final LongAdder[] datagrams = adders(Direction.values().length);
    private final LongAdder retries = new LongAdder();
    private final LongAdder sessionsOpened = new LongAdder();
    private final LongAdder sessionsClosed = new LongAdder();
    private final AtomicLongArray closed = new AtomicLongArray(CloseReason.values().length);
    private final AtomicLongArray refused = new AtomicLongArray(RefuseReason.values().length);
    private final AtomicLongArray connectFailures = new AtomicLongArray(ConnectFailure.values().length);
    private final DurationHistogram connectDurations = new DurationHistogram();
    private volatile boolean clientSpokeFirst;
    private volatile boolean endpointSpokeFirst;

    private static LongAdder[] adders(int count) {
        LongAdder[] adders = new LongAdder[count];
        for (int i = 0; i < count; i++) {
            adders[i] = new LongAdder();
        }
        return adders;
    }

    /** A TCP connection is relayed: both sides are connected. */
    public void connectionOpened() {
        opened.increment();
    }

    /** A relayed TCP connection has ended. */
    public void connectionClosed(CloseReason reason) {
        closed.incrementAndGet(reason.ordinal());
    }

    public void bytes(Direction direction, long count) {
        bytes[direction.ordinal()].add(count);
    }

    public void datagrams(Direction direction, long count) {
        datagrams[direction.ordinal()].add(count);
    }

    /** An endpoint sent something before its client had. */
    public void endpointSpokeFirst() {
        if (!endpointSpokeFirst) {
            endpointSpokeFirst = true;
        }
    }

    /** An endpoint answered what its client had sent first. */
    public void clientSpokeFirst() {
        if (!clientSpokeFirst) {
            clientSpokeFirst = true;
        }
    }

    /** Whether clients were seen to send first, as with HTTP, and endpoints never, as with SMTP, SSH or MySQL. */
    public boolean clientsSpeakFirst() {
        return clientSpokeFirst && !endpointSpokeFirst;
    }

    /** An endpoint accepted after this long. */
    public void connected(long nanos) {
        connectDurations.record(nanos);
    }

    public void connectFailed(ConnectFailure reason) {
        connectFailures.incrementAndGet(reason.ordinal());
    }

    /** After a failed attempt another endpoint is tried. */
    public void connectRetried() {
        retries.increment();
    }

    /** A client was turned away. */
    public void refused(RefuseReason reason) {
        refused.incrementAndGet(reason.ordinal());
    }

    public void sessionOpened() {
        sessionsOpened.increment();
    }

    public void sessionClosed(CloseReason reason) {
        sessionsClosed.increment();
        closed.incrementAndGet(reason.ordinal());
    }

    public long connectionsOpened() {
        return opened.sum();
    }

    /** Connections, and UDP sessions, that ended so. */
    public long connectionsClosed(CloseReason reason) {
        return closed.get(reason.ordinal());
    }

    /** TCP connections that are relayed now. Exact when nothing changes meanwhile. */
    public long connectionsActive() {
        long ended = 0;
        for (CloseReason reason : CloseReason.values()) {
            ended += connectionsClosed(reason);
        }
        return Math.max(0, opened.sum() - ended);
    }

    public long bytes(Direction direction) {
        return bytes[direction.ordinal()].sum();
    }

    public long datagrams(Direction direction) {
        return datagrams[direction.ordinal()].sum();
    }

    public long refusals(RefuseReason reason) {
        return refused.get(reason.ordinal());
    }

    public long connectFailures(ConnectFailure reason) {
        return connectFailures.get(reason.ordinal());
    }

    public long connectRetries() {
        return retries.sum();
    }

    public long sessionsOpened() {
        return sessionsOpened.sum();
    }

    /** UDP sessions that live now. */
    public long sessionsActive() {
        return Math.max(0, sessionsOpened.sum() - sessionsClosed.sum());
    }

    public DurationHistogram connectDurations() {
        return connectDurations;
    }
}
