package io.ballast.netty.handover;

import io.ballast.netty.linux.SystemCallException;
import io.ballast.netty.linux.UnixMessage;
import io.ballast.netty.linux.UnixSocket;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
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

    private static final Duration GREETING = Duration.ofSeconds(5);
    /** However long the successor waits for its first lists. */
    private static final Duration FOREVER = Duration.ofMillis(Integer.MAX_VALUE);

    private static final long PAUSE_NANOS = Duration.ofSeconds(1).toNanos();

    private final UnixSocket listener;
    private final Identity self;
    private final Set<String> replaced;
    private final Owner owner;
    private final Thread thread = new Thread(this::run, "hand-over");
    /** Written by the hand-over and the owner's thread, never both at once. */
    private State state = State.ALONE;

    private volatile @Nullable UnixSocket successor;
    /** Processes of pods that were replaced; the connection tells them when they are needed again. */
    private final Set<UnixSocket> standby = ConcurrentHashMap.newKeySet();

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

    private HandOverServer(UnixSocket listener, Identity self, Set<String> replaced, Owner owner) {
        this.listener = listener;
        this.self = self;
        this.replaced = new HashSet<>(replaced);
        this.replaced.remove(self.instance());
        this.owner = owner;
        thread.setDaemon(true);
    }

    /**
     * @param replaced instances that were taken over from, by this process or before it
     * @throws SystemCallException when another process holds the name
     */
    public static HandOverServer start(Identity self, Set<String> replaced, Owner owner) {
        return start(Words.SOCKET, self, replaced, owner);
    }

    static HandOverServer start(String name, Identity self, Set<String> replaced, Owner owner) {
        HandOverServer server = new HandOverServer(UnixSocket.listen(name), self, replaced, owner);
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
     * Waits until an announced successor has taken over, or is gone.
     *
     * @param deadlineNanos of {@link System#nanoTime}
     */
    public synchronized void awaitChange(long deadlineNanos) {
        try {
            for (long left = deadlineNanos - System.nanoTime();
                    left > 0 && state == State.ANNOUNCED;
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
                Optional<UnixSocket> connection = listener.accept();
                if (connection.isPresent()) {
                    serve(connection.get());
                }
            } catch (RuntimeException e) {
                log.atWarn().setCause(e).log("A hand-over failed; this process goes on");
                LockSupport.parkNanos(PAUSE_NANOS); // No descriptors left, perhaps: that will not change at once.
            }
            if (state() == State.ANNOUNCED && !closed) {
                become(State.ALONE);
                log.atWarn().log("The successor is gone; this process goes on");
            }
        }
        if (state() == State.HANDED_OVER) {
            owner.end();
        }
    }

    private void serve(UnixSocket connection) {
        boolean keep = false;
        try {
            successor = connection;
            Optional<UnixMessage> greeting = connection.receive(GREETING);
            if (greeting.isPresent() && welcomes(connection, greeting.get())) {
                keep = waitForTable(connection);
            }
        } catch (SystemCallException e) {
            log.atInfo().addKeyValue("reason", e.getMessage()).log("A successor did not go through with it");
        } finally {
            // What is kept tells the successor that this process lives; the kernel closes it with the process.
            if (!keep && !standby.contains(connection)) {
                successor = null;
                connection.close();
            }
        }
    }

    private boolean welcomes(UnixSocket connection, UnixMessage greeting) {
        try (greeting) {
            List<String> words = Words.head(greeting);
            String refusal = refusal(connection, words);
            if (!refusal.isEmpty()) {
                connection.send(Words.REFUSED + " " + refusal, List.of());
                log.atWarn().addKeyValue("reason", refusal).log("A process that asked to take over was refused");
                return false;
            }
            if (replaced.contains(words.get(2))) {
                connection.send(Words.STANDBY, List.of());
                standby.add(connection);
                return false;
            }
            become(State.ANNOUNCED);
            connection.send(Words.WELCOME, List.of());
            log.atInfo().addKeyValue("pid", connection.peer().pid()).log("A successor has started");
            return true;
        }
    }

    private String refusal(UnixSocket connection, List<String> words) {
        if (!Predecessor.isTrusted(connection)) {
            return "only root and the same user may take over";
        }
        if (words.size() < 4 || !words.get(0).equals(Words.HELLO)) {
            return "no greeting of a Ballast";
        }
        if (!words.get(1).equals(Integer.toString(Words.VERSION))) {
            return "protocol version " + words.get(1) + " is not " + Words.VERSION;
        }
        return words.get(3).equals(self.scope()) ? "" : "it serves the Services of another service-proxy-name";
    }

    private boolean waitForTable(UnixSocket connection) {
        Optional<UnixMessage> request = connection.receive(FOREVER);
        if (request.isEmpty() || !Words.is(request.get(), Words.TAKE)) {
            return false;
        }
        owner.whileNothingChanges(() -> tryTransfer(connection));
        return state() == State.HANDED_OVER;
    }

    private void tryTransfer(UnixSocket connection) {
        try {
            transfer(connection);
        } catch (SystemCallException e) {
            log.atWarn().addKeyValue("reason", e.getMessage()).log("The successor ended while it took over");
        }
    }

    private void transfer(UnixSocket connection) {
        Set<String> leaving = new HashSet<>(replaced);
        if (self.isPod()) {
            leaving.add(self.instance());
        }
        Sending.send(connection, owner.offer(), leaving);
        Optional<UnixMessage> answer = connection.receive(TABLE);
        if (answer.isEmpty() || !Words.is(answer.get(), Words.TAKEN)) {
            return;
        }
        List<SessionHandOver> sessions = owner.release(Words.head(answer.get()).contains("shared"));
        become(State.HANDED_OVER);
        listener.close();
        try {
            Sending.sendSessions(connection, sessions);
            connection.send(Words.RELEASED, List.of());
        } finally {
            sessions.forEach(SessionHandOver::close);
        }
        log.atInfo().addKeyValue("udpSessions", sessions.size()).log("Handed over to the successor");
    }

    @Override
    public void close() {
        closed = true;
        listener.close();
        standby.forEach(UnixSocket::close);
        UnixSocket connection = successor;
        if (connection != null && state() != State.HANDED_OVER) {
            connection.close();
        }
    }
}
