package io.ballast.netty.transport;

import io.netty.channel.SelectStrategy;
import io.netty.util.IntSupplier;
import java.util.function.LongSupplier;

/**
 * Lets an event loop that is woken a few microseconds after it went to sleep, time and again, ask once more instead of
 * sleeping: to sleep and to be woken takes longer than such a wait, and whoever sends to the loop pays for the wake-up.
 *
 * <p>It is the kernel's halt polling of virtual machines in small ({@code halt_poll_ns} of KVM). A loop polls only after
 * {@link #SHORT_TURNS} turns in a row that were short, their waits included, and for {@link #LONGEST_NANOS} at most. Each poll
 * in vain doubles the turns until the next one, up to {@link #MOST_PAUSED}; each that finds something halves them. So a loop
 * with nothing to do, one with much to do and one that waits for a distant endpoint sleep as they would without, and polls
 * in vain cost a loop 2 % of its time at most.
 *
 * <p><em>One for each event loop, whose thread alone calls it.</em>
 */
final class BriefPolling implements SelectStrategy {
    /**
     * How long one poll lasts at most, in nanoseconds: what most answers of endpoints on the same node take. With more, a loop
     * that has a few connections polls where others need its processor (docs/performance.md).
     */
    static final long LONGEST_NANOS = 30_000;

    /** Up to how long a turn of the loop is short, in nanoseconds: a few events and the wait for them. */
    static final long SHORT_TURN_NANOS = 100_000;

    /** So many short turns in a row say that the next wait may be short, too. */
    static final int SHORT_TURNS = 4;

    /** For so many turns a loop does not poll at most, after one poll in vain. */
    static final int MOST_PAUSED = 64;

    private final LongSupplier nanoTime;
    private long turnBegan;
    private int shortTurns;
    private int pause = 1;
    private int pausedTurns;

    BriefPolling(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
        this.turnBegan = nanoTime.getAsLong();
    }

    @Override
    public int calculateStrategy(IntSupplier askNow, boolean hasTasks) throws Exception {
        long began = nanoTime.getAsLong();
        shortTurns = began - turnBegan <= SHORT_TURN_NANOS ? Math.min(shortTurns + 1, SHORT_TURNS) : 0;
        turnBegan = began;
        if (hasTasks) {
            return askNow.get();
        }
        if (pausedTurns > 0) {
            pausedTurns--;
            return SELECT;
        }
        return shortTurns < SHORT_TURNS ? SELECT : poll(askNow, began);
    }

    private int poll(IntSupplier askNow, long began) throws Exception {
        int ready = askNow.get();
        if (ready > 0) {
            // There was nothing to wait for, which says nothing about waits.
            return ready;
        }
        do {
            ready = askNow.get();
            if (ready > 0) {
                pause = Math.max(pause / 2, 1);
                return ready;
            }
        } while (nanoTime.getAsLong() - began < LONGEST_NANOS);
        pause = Math.min(2 * pause, MOST_PAUSED);
        pausedTurns = pause;
        return SELECT;
    }
}
