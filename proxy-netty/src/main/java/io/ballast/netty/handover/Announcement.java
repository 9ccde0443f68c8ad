package io.ballast.netty.handover;

import io.ballast.netty.handover.Predecessor.Stance;
import io.ballast.netty.linux.Errno;
import io.ballast.netty.linux.SystemCallException;
import io.ballast.netty.linux.UnixMessage;
import io.ballast.netty.linux.UnixSocket;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A process that starts tells the one that serves now who it is. <em>Confined to one thread.</em> */
final class Announcement {
    private static final Logger log = LoggerFactory.getLogger(Announcement.class);
    /** For the process that took over from the one that was asked, to be there in its place. */
    private static final Duration CHANGE = Duration.ofSeconds(1);

    private static final long PAUSE_NANOS = Duration.ofMillis(20).toNanos();

    private final String name;
    private final Identity self;

    /** @param name at which the process that serves can be found */
    Announcement(String name, Identity self) {
        this.name = name;
        this.self = self;
    }

    /**
     * One that hangs up without an answer has just handed over to another, which began while it was asked: that one is
     * there in a moment. To serve beside it would be to fight with it.
     *
     * @return empty when nobody serves
     * @throws SystemCallException when somebody holds the name who cannot be asked
     */
    Optional<Predecessor> make() {
        long deadline = System.nanoTime() + CHANGE.toNanos();
        Optional<UnixSocket> connection = UnixSocket.connect(name);
        while (connection.isPresent()) {
            UnixSocket asked = connection.get();
            try {
                Optional<UnixMessage> answer = greet(asked);
                if (answer.isPresent()) {
                    return answered(asked, answer.get());
                }
            } catch (SystemCallException e) {
                if (e.errno() == Errno.ETIMEDOUT) {
                    return Optional.of(new Predecessor(asked, Stance.SILENT));
                }
                throw e;
            }
            connection = again(deadline);
        }
        return Optional.empty();
    }

    private Optional<UnixSocket> again(long deadline) {
        while (System.nanoTime() - deadline < 0) {
            Optional<UnixSocket> connection = UnixSocket.connect(name);
            if (connection.isPresent()) {
                return connection;
            }
            LockSupport.parkNanos(PAUSE_NANOS);
        }
        return Optional.empty();
    }

    /** Empty, and the connection closed, when the other side hung up. */
    private Optional<UnixMessage> greet(UnixSocket connection) {
        Optional<UnixMessage> answer = Optional.empty();
        try {
            if (!Predecessor.isTrusted(connection)) {
                throw new SystemCallException(
                        "trust user " + connection.peer().uid() + ", who holds the name for hand-overs",
                        Errno.EPERM.number());
            }
            connection.send(
                    String.join(" ", Words.HELLO, "" + Words.VERSION, self.instance(), self.scope()), List.of());
            answer = connection.receive(Predecessor.PATIENCE);
        } catch (SystemCallException e) {
            if (e.errno() != Errno.EPIPE && e.errno() != Errno.ECONNRESET) {
                throw e;
            }
        } finally {
            if (answer.isEmpty()) {
                connection.close();
            }
        }
        return answer;
    }

    private static Optional<Predecessor> answered(UnixSocket connection, UnixMessage answer) {
        try (answer) {
            if (Words.is(answer, Words.WELCOME) || Words.is(answer, Words.STANDBY)) {
                return Optional.of(new Predecessor(
                        connection, Words.is(answer, Words.WELCOME) ? Stance.HANDS_OVER : Stance.SERVES_ON));
            }
            connection.close();
            log.atWarn().addKeyValue("answer", answer.text()).log("An earlier process refuses to hand over");
            return Optional.of(new Predecessor(connection, Stance.REFUSES));
        }
    }
}
