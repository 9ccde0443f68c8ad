package io.ballast.daemon;

import io.ballast.netty.handover.HandOverServer;
import io.ballast.netty.handover.Identity;
import io.ballast.netty.handover.Predecessor;
import io.ballast.netty.linux.UnixSocket;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who comes before this process, and whether it is this one's turn to serve: whoever has the name for hand-overs serves.
 * Confined to the sync thread once {@link #join} has returned, but for what is said to be of any thread.
 */
final class Precedence {
    private static final Logger log = LoggerFactory.getLogger(Precedence.class);

    private final Identity self;
    private final Duration silence;
    private volatile @Nullable Predecessor predecessor;
    /** Whoever has it serves; nobody else begins to. */
    private volatile @Nullable UnixSocket name;

    private long silentSinceNanos;
    private Runnable onPredecessorEnd = () -> {};
    private boolean takesOver;
    private boolean begun;
    /** Whether the one that has the name has nothing to do with this process, and need not be asked again and again. */
    private boolean refused;

    /** @param silence after which one that has the name counts as hanging */
    Precedence(Identity self, Duration silence) {
        this.self = self;
        this.silence = silence;
    }

    /** See {@link Succession#join}. */
    void join(boolean mayTakeOver, Runnable onEnd) {
        onPredecessorEnd = onEnd;
        takesOver = mayTakeOver;
        if (mayTakeOver) {
            announce();
        }
    }

    private void announce() {
        Predecessor holder = Predecessor.find(self).orElse(null);
        refused = holder != null && holder.refuses();
        Predecessor found = refused ? null : holder;
        predecessor = found;
        if (found == null || !found.isSilent()) {
            silentSinceNanos = System.nanoTime();
        }
        if (found != null && found.servesOn() && !found.isSilent()) {
            found.onEnd(onPredecessorEnd);
        }
        if (found != null && found.isSilent()) {
            log.atWarn().log("An earlier process does not answer yet");
        } else if (found != null && found.servesOn()) {
            log.atInfo().log(
                    "Another process has replaced this pod, or is about to take over; standing by until it ends");
        } else if (found != null) {
            log.atInfo().log("An earlier process serves; taking over once there is a full table");
        }
    }

    /** Whether another process serves while this one does not yet, and should have the ports of this one's servers. */
    boolean isBehindAnother() {
        Predecessor earlier = predecessor;
        return !begun && earlier != null && (earlier.lives() || earlier.isSilent());
    }

    /**
     * Whether it is this process's turn: not while another one serves, unless that one hands over to it.
     *
     * @param ready whether it has a full table, and would begin now
     */
    boolean mayServe(boolean ready) {
        Predecessor earlier = predecessor;
        if (!takesOver || begun || (earlier != null && earlier.lives())) {
            return earlier == null || !earlier.servesOn();
        }
        if (earlier != null) {
            earlier.close();
            predecessor = null;
        }
        return ready ? isNameTaken() || isInvited() : !isOvertaken();
    }

    /** Whether another process has begun to serve, while this one has no table yet. */
    private boolean isOvertaken() {
        if (!refused) {
            announce();
        }
        return isBehindAnother();
    }

    /** Whether this process has the name now, which it takes where it is free. */
    boolean isNameTaken() {
        if (name == null) {
            name = HandOverServer.claimName().orElse(null);
        }
        return name != null;
    }

    /** Whether the one that has the name hands over, or is none to wait for: it serves other Services, or hangs. */
    private boolean isInvited() {
        announce();
        Predecessor holder = predecessor;
        if (holder != null && holder.isSilent() && System.nanoTime() - silentSinceNanos > silence.toNanos()) {
            log.atWarn().log("An earlier process does not answer; serving without it");
            predecessor = null;
            return true;
        }
        return holder == null || !holder.servesOn();
    }

    /** This process serves from now on. Returns whom it takes over from. */
    @Nullable
    Predecessor begin() {
        begun = true;
        return predecessor;
    }

    /** Any thread. */
    @Nullable
    Predecessor predecessor() {
        return predecessor;
    }

    /** There is nobody before this process any more. */
    void forget() {
        predecessor = null;
    }

    /** The earlier process has handed its name over. */
    void own(UnixSocket handedOver) {
        name = handedOver;
    }

    /** What this process has of the name, null where another one has it. Any thread. */
    @Nullable
    UnixSocket name() {
        return name;
    }
}
