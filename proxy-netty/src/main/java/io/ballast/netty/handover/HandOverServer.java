package io.ballast.netty.handover;

import io.ballast.netty.linux.Errno;
import io.ballast.netty.linux.SystemCallException;
import io.ballast.netty.linux.UnixMessage;
import io.ballast.netty.linux.UnixSocket;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Waits for a successor and hands everything over to it, once. A successor that is refused, hangs or dies midway changes
 * nothing: this process goes on. <em>Thread-safe.</em>
 */
public final class HandOverServer implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(HandOverServer.class);
    /** A first table takes a second at most; beyond this the successor hangs, and this process must follow changes. */
    private static final Duration TABLE = Duration.ofSeconds(20);

    private static final long PAUSE_NANOS = Duration.ofSeconds(1).toNanos();

    private final UnixSocket listener;
    private final Applicants applicants;
    private final Owner owner;
    private final Thread thread = new Thread(this::run, "hand-over");
    /** Written by the hand-over and the owner's thread, never both at once. */
    private State state = State.ALONE;

    /** Whether the successor, which has taken over, has said that clients come to it alone, or is gone. */
    private boolean settled;

    private volatile boolean closed;

    /** How far it has come. */
    public enum State {
        ALONE,
        /** A successor has started and is not ready yet. */
        ANNOUNCED,
        HANDED_OVER
    }

    /** The process whose things are handed over. */
    public interface Owner {
        /** Runs the action and waits for it, while nothing else changes what is served. */
        void whileNothingChanges(Runnable action);

        /** Asked while nothing changes. */
        Offer offer();

        /**
         * Accept no more and change nothing any more: the successor serves. Called while nothing changes.
         *
         * @param listening whether the successor accepts from the same sockets
         * @return the UDP sessions, which are no longer relayed here
         */
        List<SessionHandOver> release(boolean listening);

        /** Drain and end. */
        void end();
    }

    private HandOverServer(UnixSocket listener, Applicants applicants, Owner owner) {
        this.listener = listener;
        this.applicants = applicants;
        this.owner = owner;
        thread.setDaemon(true);
    }

    /**
     * Takes the name that says that this process is the one that serves the network namespace; whoever greets there waits
     * until there is a {@link #start}.
     *
     * @return empty when another process has it
     */
    public static Optional<UnixSocket> claimName() {
        return claimName(Words.SOCKET);
    }

    static Optional<UnixSocket> claimName(String name) {
        try {
            return Optional.of(UnixSocket.listen(name));
        } catch (SystemCallException e) {
            if (e.errno() == Errno.EADDRINUSE) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /**
     * @param name claimed, or handed over by the predecessor; owned by the server from now on
     * @param replaced instances that were taken over from, by this process or before it
     */
    public static HandOverServer start(UnixSocket name, Identity self, Set<String> replaced, Owner owner) {
        HandOverServer server = new HandOverServer(name, new Applicants(self, replaced), owner);
        server.thread.start();
        return server;
    }

    public synchronized State state() {
        return state;
    }

    private synchronized void become(State next) {
        state = next;
        notifyAll();
    }

    /**
     * Waits until an announced successor has taken over and clients come to it alone, or is gone.
     *
     * @param deadlineNanos of {@link System#nanoTime}
     */
    public synchronized void awaitChange(long deadlineNanos) {
        try {
            for (long left = deadlineNanos - System.nanoTime();
                    left > 0 && (state == State.ANNOUNCED || (state == State.HANDED_OVER && !settled));
                    left = deadlineNanos - System.nanoTime()) {
                wait(left / 1_000_000 + 1);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        while (!closed && state() != State.HANDED_OVER) {
            try {
                serveNext();
            } catch (RuntimeException e) {
                log.atWarn().setCause(e).log("A hand-over failed; this process goes on");
                LockSupport.parkNanos(PAUSE_NANOS); // No descriptors left, perhaps: that will not change at once.
            }
            if (state() == State.ANNOUNCED && applicants.successor() == null && !closed) {
                become(State.ALONE);
                log.atWarn().log("The successor is gone; this process goes on");
            }
        }
        UnixSocket successor = applicants.successor();
        if (state() == State.HANDED_OVER && successor != null) {
            owner.end();
            // Whatever it says, or that it is gone: it has nothing else to tell.
            UnixSocket.awaitAny(List.of(successor));
            settle();
        }
    }

    private synchronized void settle() {
        settled = true;
        notifyAll();
    }

    /** However long a successor waits for its first lists, others who greet are answered. */
    private void serveNext() {
        UnixSocket successor = applicants.successor();
        if (successor != null && UnixSocket.awaitAny(List.of(successor, listener)) == successor) {
            hear(successor);
        } else {
            listener.accept().ifPresent(connection -> applicants.greet(connection, () -> become(State.ANNOUNCED)));
        }
    }

    private void hear(UnixSocket successor) {
        try {
            Optional<UnixMessage> request = successor.receive(Duration.ZERO);
            if (request.isPresent() && Words.is(request.get(), Words.TAKE)) {
                owner.whileNothingChanges(() -> tryTransfer(successor));
            }
        } catch (SystemCallException e) {
            log.atInfo().addKeyValue("reason", e.getMessage()).log("A successor did not go through with it");
        } finally {
            if (state() != State.HANDED_OVER) {
                applicants.dismiss();
            }
        }
    }

    private void tryTransfer(UnixSocket connection) {
        try {
            transfer(connection);
        } catch (SystemCallException e) {
            log.atWarn().addKeyValue("reason", e.getMessage()).log("The successor ended while it took over");
        }
    }

    private void transfer(UnixSocket connection) {
        Sending.send(connection, owner.offer(), applicants.leaving());
        Optional<UnixMessage> answer = connection.receive(TABLE);
        if (answer.isEmpty() || !Words.is(answer.get(), Words.TAKEN)) {
            return;
        }
        List<SessionHandOver> sessions = owner.release(Words.head(answer.get()).contains("shared"));
        become(State.HANDED_OVER);
        try {
            Sending.sendSessions(connection, sessions);
            listener.sendTo(connection, Words.RELEASED);
        } finally {
            sessions.forEach(SessionHandOver::close);
            listener.close();
            applicants.sendOnLate();
        }
        log.atInfo().addKeyValue("udpSessions", sessions.size()).log("Handed over to the successor");
    }

    /**
     * This process has no connections any more: what they needed is the successor's. To be called last, since until then
     * the successor takes this process for alive.
     */
    public void leave() {
        applicants.close(false);
    }

    @Override
    public void close() {
        closed = true;
        listener.close();
        applicants.close(state() == State.HANDED_OVER);
    }
}
