package io.ballast.netty.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.SelectStrategy;
import org.junit.jupiter.api.Test;

class BriefPollingTest {
    private static final long ASKING_NANOS = 1_000;
    private static final long SHORT_WAIT_NANOS = 10_000;
    private static final long LONG_WAIT_NANOS = 1_000_000;

    private long now;
    private int asked;
    /** When the next event comes; asking before finds nothing. */
    private long eventAt = Long.MAX_VALUE;

    private final BriefPolling polling = new BriefPolling(() -> now);

    private int ask() {
        asked++;
        now += ASKING_NANOS;
        return now >= eventAt ? 1 : 0;
    }

    private int turn(boolean hasTasks) throws Exception {
        return polling.calculateStrategy(this::ask, hasTasks);
    }

    /** A turn that sleeps, if the loop chooses to, until its event comes. */
    private int turnWithEventIn(long nanos) throws Exception {
        eventAt = now + nanos;
        int strategy = turn(false);
        now = Math.max(now, eventAt);
        return strategy;
    }

    private void provenShort() throws Exception {
        for (int i = 1; i < BriefPolling.SHORT_TURNS; i++) {
            assertThat(turnWithEventIn(SHORT_WAIT_NANOS)).isEqualTo(SelectStrategy.SELECT);
        }
    }

    /** Turns until the loop polls again, while events are such that each poll is in vain but each turn is short. */
    private int turnsUntilItPolls() throws Exception {
        for (int turns = 1; ; turns++) {
            asked = 0;
            turnWithEventIn(BriefPolling.LONGEST_NANOS + SHORT_WAIT_NANOS);
            if (asked > 0) {
                return turns;
            }
        }
    }

    @Test
    void asksAgainInsteadOfSleepingAfterShortTurns() throws Exception {
        provenShort();
        assertThat(asked).as("asked before that is proven").isZero();
        assertThat(turnWithEventIn(SHORT_WAIT_NANOS)).as("events found").isOne();
        assertThat(asked).as("asked until the event came").isEqualTo(SHORT_WAIT_NANOS / ASKING_NANOS);
        assertThat(turnWithEventIn(SHORT_WAIT_NANOS)).as("events found next").isOne();
    }

    @Test
    void sleepsAfterALongTurnUntilShortOnesHaveProvenThemselvesAgain() throws Exception {
        provenShort();
        now += LONG_WAIT_NANOS;
        assertThat(turnWithEventIn(SHORT_WAIT_NANOS)).isEqualTo(SelectStrategy.SELECT);
        provenShort();
        assertThat(turnWithEventIn(SHORT_WAIT_NANOS)).isOne();
    }

    @Test
    void aLoopThatWaitsForLongNeverPolls() throws Exception {
        for (int i = 0; i < 100; i++) {
            assertThat(turnWithEventIn(LONG_WAIT_NANOS)).isEqualTo(SelectStrategy.SELECT);
        }
        assertThat(asked).isZero();
    }

    @Test
    void aPollEndsInSleep() throws Exception {
        provenShort();
        long began = now;
        eventAt = Long.MAX_VALUE;
        assertThat(turn(false)).isEqualTo(SelectStrategy.SELECT);
        assertThat(now - began).as("nanoseconds polled").isEqualTo(BriefPolling.LONGEST_NANOS);
    }

    @Test
    void eachPollInVainDoublesTheTurnsUntilTheNext() throws Exception {
        provenShort();
        assertThat(turnsUntilItPolls()).isOne();
        for (int pause = 2; pause <= BriefPolling.MOST_PAUSED; pause *= 2) {
            assertThat(turnsUntilItPolls()).isEqualTo(pause + 1);
        }
        assertThat(turnsUntilItPolls()).as("at most").isEqualTo(BriefPolling.MOST_PAUSED + 1);
    }

    @Test
    void aPollThatFindsSomethingHalvesThem() throws Exception {
        provenShort();
        assertThat(turnsUntilItPolls()).isOne();
        assertThat(turnsUntilItPolls()).isEqualTo(3);
        assertThat(turnsUntilItPolls()).isEqualTo(5);
        for (int i = 0; i < 8; i++) {
            assertThat(turnWithEventIn(SHORT_WAIT_NANOS)).isEqualTo(SelectStrategy.SELECT);
        }
        assertThat(turnWithEventIn(SHORT_WAIT_NANOS)).isOne();
        assertThat(turnsUntilItPolls()).isOne();
        assertThat(turnsUntilItPolls()).as("half of eight, doubled").isEqualTo(9);
    }

    @Test
    void eventsThatAreThereAlreadySayNothingAboutWaits() throws Exception {
        provenShort();
        turnsUntilItPolls();
        for (int i = 0; i < 2; i++) {
            turnWithEventIn(SHORT_WAIT_NANOS);
        }
        for (int i = 0; i < 10; i++) {
            assertThat(turnWithEventIn(0)).isOne();
        }
        turnsUntilItPolls();
        assertThat(turnsUntilItPolls()).as("doubled from two, not from one").isEqualTo(5);
    }

    @Test
    void asksOnceWhileTasksWait() throws Exception {
        provenShort();
        eventAt = Long.MAX_VALUE;
        assertThat(turn(true)).as("nothing is ready, and tasks run").isZero();
        assertThat(asked).isOne();
    }
}
