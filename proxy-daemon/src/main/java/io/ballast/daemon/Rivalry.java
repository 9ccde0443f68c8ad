package io.ballast.daemon;

import io.ballast.core.spi.Ticker;
import io.ballast.netty.handover.Identity;
import io.ballast.netty.handover.Predecessor;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether another process serves beside this one, which serves and has not got the name for hand-overs. Confined to the
 * sync thread, but for {@link #isThere}.
 */
final class Rivalry {
    private static final Logger log = LoggerFactory.getLogger(Rivalry.class);

    private final Supplier<Optional<Holder>> name;
    private final Ticker ticker;
    /** For how long whoever has the name may be silent. */
    private final long patienceNanos;
    /** Whether this process began to serve because of one that said it would hand over. */
    private boolean followed;

    private boolean complained;
    private volatile boolean there;

    /**
     * What was seen of the process that has the name.
     *
     * @param lives whether it has answered, and not ended since
     * @param silent whether it has not answered: it is busy, or hangs
     * @param refuses whether it has nothing to do with this process
     */
    record Holder(boolean lives, boolean silent, boolean refuses) {
        static Optional<Holder> find(Identity self) {
            return Predecessor.find(self).map(Holder::of);
        }

        private static Holder of(Predecessor asked) {
            try (asked) {
                return new Holder(asked.lives(), asked.isSilent(), asked.refuses());
            }
        }
    }

    /** @param name asks for the process that has the name */
    Rivalry(Supplier<Optional<Holder>> name, Duration patience, Ticker ticker) {
        this.name = name;
        this.ticker = ticker;
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

    /** @param sinceNanos when this process began to serve, of the ticker */
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
        Holder holder = name.get().orElse(null);
        if (holder == null) {
            return; // It has just gone; the name is free the next time.
        }
        there = holder.lives();
        // One that answered and is gone already leaves the name to whoever comes first, maybe not to this process.
        followed = holder.silent() ? ticker.nanos() - sinceNanos < patienceNanos : !holder.refuses();
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
