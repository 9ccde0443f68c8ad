package io.ballast.daemon;

import io.ballast.netty.handover.Identity;
import io.ballast.netty.handover.Predecessor;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether another process serves beside this one, which serves and has not got the name for hand-overs. Confined to the
 * sync thread, but for {@link #isThere}.
 */
final class Rivalry {
    private static final Logger log = LoggerFactory.getLogger(Rivalry.class);

    private final Identity self;
    /** For how long whoever has the name may be silent. */
    private final long patienceNanos;
    /** Whether this process began to serve because of one that said it would hand over. */
    private boolean followed;

    private boolean complained;
    private volatile boolean there;

    Rivalry(Identity self, Duration patience) {
        this.self = self;
        patienceNanos = patience.toNanos();
    }

    /** @param afterAnother whether one said that it would hand over */
    void begun(boolean afterAnother) {
        followed = afterAnother;
    }

    /** Any thread. */
    boolean isThere() {
        return there;
    }

    /** @param sinceNanos when this process began to serve, of {@link System#nanoTime} */
    void look(long sinceNanos) {
        if (followed) {
            lookForRival(sinceNanos);
        } else {
            complain("another process has the name for hand-overs");
        }
    }

    /**
     * The one that was to hand over has not let go of the name: it waited too long for this process and serves on, or it
     * died midway and another one has begun in its place.
     */
    private void lookForRival(long sinceNanos) {
        Predecessor holder = Predecessor.find(self).orElse(null);
        if (holder == null) {
            return; // It has just gone; the name is free the next time.
        }
        try (holder) {
            there = holder.lives();
            followed = holder.isSilent() && System.nanoTime() - sinceNanos < patienceNanos;
        }
        if (there) {
            log.atError().log("Another process serves here too; ending, to be started again behind it");
        }
    }

    void complain(@Nullable String reason) {
        if (!complained) {
            complained = true;
            log.atWarn().addKeyValue("reason", reason).log("No successor can take over yet");
        }
    }
}
