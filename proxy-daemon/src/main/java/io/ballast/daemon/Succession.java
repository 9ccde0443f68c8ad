package io.ballast.daemon;

import io.ballast.netty.handover.HandOverServer;
import io.ballast.netty.handover.HandOverServer.State;
import io.ballast.netty.handover.Identity;
import io.ballast.netty.handover.Inheritance;
import io.ballast.netty.handover.InheritedSockets;
import io.ballast.netty.handover.Predecessor;
import io.ballast.netty.handover.SessionHandOver;
import io.ballast.netty.handover.SocketKey;
import io.ballast.netty.linux.SystemCallException;
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

    private final Identity self;
    private final InheritedSockets inherited = new InheritedSockets();
    private volatile @Nullable Predecessor predecessor;
    private volatile @Nullable HandOverServer server;
    private Inheritance inheritance = Inheritance.NONE;
    private long completedNanos;
    private boolean joined;
    private boolean complained;

    Succession(Identity self) {
        this.self = self;
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
     */
    void join(boolean mayTakeOver) {
        joined = true;
        if (mayTakeOver) {
            announce();
        }
    }

    private void announce() {
        Predecessor found = Predecessor.find(self).orElse(null);
        predecessor = found;
        if (found != null && found.servesOn()) {
            log.atInfo().log("This pod was replaced by one that serves; standing by until that one ends");
        } else if (found != null) {
            log.atInfo().log("An earlier process serves; taking over once there is a full table");
        }
    }

    /** Whether another process serves, and holds the ports of this one's servers. */
    boolean isBehindAnother() {
        Predecessor earlier = predecessor;
        return earlier != null && earlier.lives();
    }

    /** Whether it is this process's turn: not while another one serves that has replaced it already. */
    boolean mayServe() {
        Predecessor earlier = predecessor;
        if (earlier != null && earlier.servesOn() && !earlier.lives()) {
            earlier.close();
            announce();
            earlier = predecessor;
        }
        return earlier == null || !earlier.servesOn();
    }

    /** Takes what the earlier process hands over, if there is one. */
    Inheritance begin() {
        Predecessor earlier = predecessor;
        if (earlier != null) {
            inheritance = earlier.takeOver(inherited).orElse(Inheritance.NONE);
            if (!inheritance.fromLiving()) {
                predecessor = null;
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
        Predecessor earlier = predecessor;
        List<SessionHandOver> sessions = earlier == null
                ? List.of()
                : earlier.taken(lookup != inheritance.lookup().isEmpty());
        inherited.closeLeft(SocketKey.Use.TCP);
        inherited.closeLeft(SocketKey.Use.UDP);
        completedNanos = System.nanoTime();
        return sessions;
    }

    /** Lets go of what no server of this process has asked for in a while; HTTP servers open one after the other. */
    void tidy() {
        if (System.nanoTime() - completedNanos > LEFT_NANOS) {
            inherited.close();
        }
    }

    /** From now on another process can take over; to be called again now and then, the name may still be taken. */
    void awaitSuccessor(HandOverServer.Owner owner) {
        if (!joined || server != null) {
            return;
        }
        try {
            server = HandOverServer.start(self, inheritance.replaced(), owner);
        } catch (SystemCallException | IllegalStateException e) {
            if (!complained) {
                complained = true;
                log.atWarn().addKeyValue("reason", e.getMessage()).log("No successor can take over yet");
            }
        }
    }

    /** How far a successor has come. */
    State state() {
        HandOverServer waiting = server;
        return waiting == null ? State.ALONE : waiting.state();
    }

    /** Lets a successor that has started take over, for so long; returns whether one has. */
    boolean finish(Duration most) {
        long deadline = System.nanoTime() + most.toNanos();
        HandOverServer waiting = server;
        if (waiting != null && waiting.state() == State.ANNOUNCED) {
            log.atInfo().addKeyValue("atMost", most).log("A successor has started: serving until it does");
            waiting.awaitChange(deadline);
        }
        return state() == State.HANDED_OVER;
    }

    /** An earlier process learns that this one is not coming, a successor that this one is gone. */
    @Override
    public void close() {
        HandOverServer waiting = server;
        if (waiting != null) {
            waiting.close();
        }
        Predecessor earlier = predecessor;
        if (earlier != null) {
            earlier.close();
        }
        inherited.close();
    }
}
