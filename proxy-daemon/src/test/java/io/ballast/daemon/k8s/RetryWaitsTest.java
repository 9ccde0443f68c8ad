package io.ballast.daemon.k8s;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.ConnectException;
import java.time.Duration;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RetryWaitsTest {
    private static final RandomGenerator NO_JITTER = () -> 0;
    private static final Duration AT_ONCE = Duration.ZERO;
    private static final Duration A_WHILE = Duration.ofSeconds(1);
    private static final Duration LONG = Duration.ofMinutes(5);
    private final IOException refused = new ApiException(500, "500", Duration.ZERO);
    private final IOException expired = new ApiException(410, "410", Duration.ZERO);
    private final IOException absent = new ConnectException("refused");
    private final IOException broke = new WatchEndedException("broke");
    private final IOException cut = new IOException("cut");

    private final RetryWaits waits = new RetryWaits(timing());

    private static WatchTiming timing() {
        WatchTiming standard = WatchTiming.standard();
        return new WatchTiming(
                () -> 0,
                NO_JITTER,
                standard.pause(),
                standard.backoffFirst(),
                standard.backoffLimit(),
                standard.cheapLimit(),
                standard.answerLimit(),
                standard.listIdle(),
                standard.watchLength(),
                standard.bookmarkIdle(),
                standard.shortWatch(),
                standard.steadyWatch());
    }

    private List<Long> after(int times, IOException failure) {
        return IntStream.range(0, times)
                .mapToObj(i -> waits.after(failure, false).toMillis())
                .toList();
    }

    @Test
    void asksOftenForWhatCostsNothing() {
        assertThat(after(4, refused)).containsExactly(800L, 1600L, 3200L, 5000L);
        assertThat(after(2, absent)).containsExactly(5000L, 5000L);
        assertThat(after(2, broke)).containsExactly(5000L, 5000L);
    }

    @Test
    void asksForListsMoreAndMoreSeldom() {
        assertThat(after(4, expired)).containsExactly(800L, 1600L, 3200L, 6400L);
        assertThat(after(4, cut)).containsExactly(12_800L, 25_600L, 30_000L, 30_000L);
        assertThat(waits.beforeList().toMillis()).isEqualTo(30_000L);
    }

    @Test
    void listsSoonHoweverLongSomethingCheapHasFailed() {
        after(20, refused);

        assertThat(after(1, expired)).containsExactly(800L);
    }

    @Test
    void takesWhatFailsAfterAListForCheap() {
        after(9, expired);

        assertThat(waits.after(cut, true).toMillis()).isEqualTo(800L);
    }

    @Test
    void beginsAnewAfterAWatchThatLasted() {
        after(9, expired);
        after(9, refused);

        assertThat(waits.ended(LONG, false)).isTrue();

        assertThat(after(1, expired)).containsExactly(800L);
        assertThat(after(1, refused)).containsExactly(800L);
    }

    /** Or lists that expire within seconds would never become rare. */
    @Test
    void goesOnListingSeldomAfterAWatchThatLastedAWhile() {
        after(9, expired);
        after(9, refused);

        assertThat(waits.ended(A_WHILE, true)).isTrue();

        assertThat(after(1, expired)).containsExactly(30_000L);
        assertThat(after(1, refused)).containsExactly(800L);
    }

    @Test
    void watchesOnAtOnceOnlyWhereTheWatchThatBrokeHadLasted() {
        waits.ended(A_WHILE, false);
        assertThat(after(3, broke)).containsExactly(0L, 800L, 1600L);

        waits.ended(AT_ONCE, false);
        assertThat(after(1, broke)).containsExactly(3200L);

        waits.ended(AT_ONCE, true);
        assertThat(after(1, broke)).containsExactly(800L);
    }

    @Test
    void doesAsTheServerSaysUpToTheLimitOfLists() {
        assertThat(after(2, new ApiException(429, "429", Duration.ofSeconds(7))))
                .containsExactly(7000L, 7000L);
        assertThat(after(1, new ApiException(503, "503", Duration.ofSeconds(9999))))
                .containsExactly(30_000L);
        assertThat(after(1, refused)).containsExactly(800L);
    }
}
