package io.ballast.netty.handover;

import io.ballast.netty.linux.Descriptor;
import io.ballast.netty.linux.Errno;
import io.ballast.netty.linux.SystemCallException;
import io.ballast.netty.linux.SystemCalls;
import io.ballast.netty.linux.UnixMessage;
import io.ballast.netty.linux.UnixSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The process that serves this network namespace now, as its successor sees it. Whatever goes wrong with it ends in
 * serving without it. <em>Confined to one thread at a time.</em>
 */
public final class Predecessor implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Predecessor.class);
    /** For an answer that costs the other side nothing; one that hangs must not keep us from serving. */
    static final Duration PATIENCE = Duration.ofSeconds(5);

    private final UnixSocket connection;
    private final Stance stance;

    Predecessor(UnixSocket connection, Stance stance) {
        this.connection = connection;
        this.stance = stance;
    }

    /** What it answered to the announcement. */
    enum Stance {
        HANDS_OVER,
        SERVES_ON,
        SILENT,
        REFUSES
    }

    /** Announces this process to the one that serves now; empty when there is none to take over from. */
    public static Optional<Predecessor> find(Identity self) {
        return find(Words.SOCKET, self);
    }

    static Optional<Predecessor> find(String name, Identity self) {
        if (SystemCalls.unavailability().isPresent()) {
            return Optional.empty();
        }
        try {
            return new Announcement(name, self).make();
        } catch (SystemCallException e) {
            log.atWarn()
                    .addKeyValue("reason", e.getMessage())
                    .log("An earlier process does not answer; serving without it");
            return Optional.empty();
        }
    }

    /** Root could do anything to us, and our own user too; nobody else may hand us sockets, or be given them. */
    static boolean isTrusted(UnixSocket connection) {
        int uid = connection.peer().uid();
        return uid == 0 || uid == SystemCalls.libc().geteuid();
    }

    /**
     * Whether it is not to be taken over from: it has replaced this very pod, which was merely started again, or another
     * process is about to take over from it. To be asked again once it does not live any more.
     */
    public boolean servesOn() {
        return stance == Stance.SERVES_ON || stance == Stance.SILENT;
    }

    /** Whether it has nothing to do with this process: it serves other Services, or speaks another version. */
    public boolean refuses() {
        return stance == Stance.REFUSES;
    }

    /** Whether it has not answered: it is busy, or hangs. Serves on, and does not live, as far as anybody can tell. */
    public boolean isSilent() {
        return stance == Stance.SILENT;
    }

    /** @param action runs on a thread of its own once it has ended, or this is closed; not for one that hands over */
    public void onEnd(Runnable action) {
        Thread watch = new Thread(
                () -> {
                    UnixSocket.awaitAny(List.of(connection));
                    action.run();
                },
                "predecessor");
        watch.setDaemon(true);
        watch.start();
    }

    /** Whether it has not ended. */
    public boolean lives() {
        return connection.isConnected();
    }

    /**
     * Asks for everything. From now on the predecessor changes nothing, but goes on to accept.
     *
     * @return empty when it does not give it; then nothing was taken
     */
    public Optional<Inheritance> takeOver(InheritedSockets sockets) {
        List<UnixMessage> parts = new ArrayList<>();
        try {
            connection.send(Words.TAKE, List.of());
            do {
                parts.add(connection
                        .receive(PATIENCE)
                        .orElseThrow(() -> new SystemCallException("take over", Errno.EPIPE.number())));
            } while (!Words.is(parts.get(parts.size() - 1), Words.END));
            sockets.follow(this::lives);
            return Optional.of(Inheritance.read(parts, sockets));
        } catch (SystemCallException e) {
            log.atWarn().addKeyValue("reason", e.getMessage()).log("The earlier process does not hand over");
            parts.forEach(UnixMessage::close);
            close();
            return Optional.empty();
        }
    }

    /**
     * Tells it that this process serves, and waits until it accepts no more.
     *
     * @param listening whether this process accepts from the very sockets that were handed over
     */
    public Released taken(boolean listening) {
        List<SessionHandOver> sessions = new ArrayList<>();
        Optional<UnixSocket> name = Optional.empty();
        try {
            connection.send(Words.TAKEN + (listening ? " shared" : " own"), List.of());
            name = receiveSessions(sessions);
            log.atInfo()
                    .addKeyValue("released", name.isPresent())
                    .addKeyValue("udpSessions", sessions.size())
                    .log("Took over from the earlier process");
        } catch (SystemCallException e) {
            log.atWarn().addKeyValue("reason", e.getMessage()).log("The earlier process ended while it handed over");
        }
        return new Released(sessions, name);
    }

    /** Tells it that no client comes to it any more, from whatever sockets this process accepts. */
    public void settled() {
        try {
            connection.send(Words.SETTLED, List.of());
        } catch (SystemCallException e) {
            log.atDebug().addKeyValue("reason", e.getMessage()).log("The earlier process has ended already");
        }
    }

    /** Returns the name, which comes when these were all. */
    private Optional<UnixSocket> receiveSessions(List<SessionHandOver> sessions) {
        while (true) {
            Optional<UnixMessage> message = Optional.empty();
            try {
                message = connection.receive(PATIENCE.multipliedBy(2));
            } catch (SystemCallException e) {
                if (e.errno() != Errno.EMSGSIZE) {
                    throw e;
                }
                // No descriptor left for these sessions, which begin anew; whoever sends them waits for us to read on.
                log.atWarn().addKeyValue("reason", e.getMessage()).log("Not all UDP sessions could be taken over");
                continue;
            }
            if (message.isEmpty() || !Words.is(message.get(), Words.SESSIONS)) {
                return message.filter(answer -> Words.is(answer, Words.RELEASED))
                        .map(answer -> UnixSocket.of(answer.descriptors().get(0)));
            }
            Iterator<Descriptor> sockets = message.get().descriptors().iterator();
            Words.body(message.get()).forEach(line -> sessions.add(SessionHandOver.parse(sockets.next(), line)));
        }
    }

    @Override
    public void close() {
        connection.close();
    }
}
