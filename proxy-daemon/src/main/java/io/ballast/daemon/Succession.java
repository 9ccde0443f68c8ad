package io.ballast.daemon;

import io.ballast.core.spi.Ticker;
import io.ballast.netty.handover.HandOverServer;
import io.ballast.netty.handover.HandOverServer.State;
import io.ballast.netty.handover.Identity;
import io.ballast.netty.handover.Inheritance;
import io.ballast.netty.handover.InheritedSockets;
import io.ballast.netty.handover.Predecessor;
import io.ballast.netty.handover.Released;
import io.ballast.netty.handover.SessionHandOver;
import io.ballast.netty.handover.SocketKey;
import io.ballast.netty.linux.SystemCallException;
import io.ballast.netty.linux.UnixSocket;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * This process among those that serve the network namespace one after the other: whom it takes over from, and who takes
 * over from it. {@link #mayServe} to {@link #awaitSuccessor} are confined to the sync thread, the rest is thread-safe.
 */
final class Succession implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Succession.class);

    private static final long LEFT_NANOS = Duration.ofSeconds(2).toNanos();
    /** Longer than a hand-over to another process may take; one that is silent for longer hangs. */
    private static final Duration SILENCE = Duration.ofSeconds(25);

    private final Identity self;
    private final Precedence precedence;
    private final Rivalry rivalry;
    private final InheritedSockets inherited = new InheritedSockets();
    private volatile @Nullable HandOverServer server;

    private Inheritance inheritance = Inheritance.NONE;
    private long completedNanos;
    private boolean joined;

    Succession(Identity self) {
        this.self = self;
        precedence = new Precedence(self, SILENCE);
        rivalry = new Rivalry(() -> Rivalry.Holder.find(self), SILENCE, Ticker.system());
    }

    /** Where those look who open sockets. */
    InheritedSockets inherited() {
        return inherited;
    }

    /**
     * Announces this process to the one that serves now, and waits for a successor later. Without this it does neither: as
     * part of another program, say.
     *
     * @param mayTakeOver whether handed over sockets can be used here
     * @param onEnd runs, on any thread, when one that served on has ended: it may be this process's turn
     */
    void join(boolean mayTakeOver, Runnable onEnd) {
        joined = true;
        precedence.join(mayTakeOver, onEnd);
    }

    /** Whether another process serves while this one does not yet, and should have the ports of this one's servers. */
    boolean isBehindAnother() {
        return precedence.isBehindAnother();
    }

    /** See {@link Precedence#mayServe}. */
    boolean mayServe(boolean ready) {
        return precedence.mayServe(ready);
    }

    /** Takes what the earlier process hands over, if there is one. */
    Inheritance begin() {
        Predecessor earlier = precedence.begin();
        rivalry.begun(earlier != null);
        if (earlier != null) {
            inheritance = earlier.takeOver(inherited).orElse(Inheritance.NONE);
            if (!inheritance.fromLiving()) {
                precedence.forget();
            }
        }
        return inheritance;
    }

    /**
     * The first table is served: has the earlier process accept no more.
     *
     * @param lookup whether this process uses the socket lookup
     * @return the UDP sessions of the earlier process
     */
    List<SessionHandOver> complete(boolean lookup) {
        Predecessor earlier = precedence.predecessor();
        Released released = earlier == null
                ? Released.NOTHING
                : earlier.taken(lookup != inheritance.lookup().isEmpty());
        released.name().ifPresent(precedence::own);
        inherited.closeLeft(SocketKey.Use.TCP);
        inherited.closeLeft(SocketKey.Use.UDP);
        completedNanos = System.nanoTime();
        return released.sessions();
    }

    /** Tells the earlier process that no client comes to it any more. */
    void settled() {
        Predecessor earlier = precedence.predecessor();
        if (earlier != null) {
            earlier.settled();
        }
    }

    /** Lets go of what no server of this process has asked for in a while; HTTP servers open one after the other. */
    void tidy() {
        if (System.nanoTime() - completedNanos > LEFT_NANOS) {
            inherited.close();
        }
    }

    /**
     * From now on another process can take over; to be called again now and then, the name may still be taken.
     *
     * @return whether this process may serve on: not beside another one
     */
    boolean awaitSuccessor(HandOverServer.Owner owner) {
        if (!joined || server != null || rivalry.isThere()) {
            return !rivalry.isThere();
        }
        try {
            UnixSocket mine = precedence.isNameTaken() ? precedence.name() : null;
            if (mine != null) {
                server = HandOverServer.start(mine, self, inheritance.replaced(), owner);
            } else {
                rivalry.look(completedNanos);
            }
        } catch (SystemCallException | IllegalStateException e) {
            rivalry.complain(e.getMessage());
        }
        return !rivalry.isThere();
    }

    /** Whether no other process serves or has connections here: what one has left in the kernel is nobody's. Sync thread. */
    boolean isAlone() {
        return server != null && !inherited.predecessorLives();
    }

    /** How far a successor has come. */
    State state() {
        HandOverServer waiting = server;
        return waiting == null ? State.ALONE : waiting.state();
    }

    /**
     * Serves on until a successor that has started has taken over, for so long at most.
     *
     * @return whether another process serves, is about to, or still has connections: it needs what is in the kernel
     */
    boolean finish(Duration most) {
        long deadline = System.nanoTime() + most.toNanos();
        HandOverServer waiting = server;
        if (waiting != null) {
            if (waiting.state() == State.ANNOUNCED) {
                log.atInfo().addKeyValue("atMost", most).log("A successor has started: serving until it does");
            }
            waiting.awaitChange(deadline);
        }
        Predecessor earlier = precedence.predecessor();
        return state() != State.ALONE || rivalry.isThere() || (earlier != null && earlier.lives());
    }

    /** The last connection has ended: a successor need not mind this process any more. */
    void leave() {
        HandOverServer waiting = server;
        if (waiting != null) {
            waiting.leave();
        }
    }

    /** An earlier process learns that this one is not coming, a successor that this one is gone. */
    @Override
    public void close() {
        HandOverServer waiting = server;
        UnixSocket held = precedence.name();
        if (waiting != null) {
            waiting.close();
        } else if (held != null) {
            held.close();
        }
        Predecessor earlier = precedence.predecessor();
        if (earlier != null) {
            earlier.close();
        }
        inherited.close();
    }
}
