package io.ballast.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import io.ballast.daemon.Rivalry.Holder;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RivalryTest {
    private static final Duration PATIENCE = Duration.ofSeconds(25);
    private static final long BEGUN = Long.MAX_VALUE - 7;
    private static final Holder LIVING = new Holder(true, false, false);
    private static final Holder SILENT = new Holder(false, true, false);
    private static final Holder GONE = new Holder(false, false, false);
    private static final Holder REFUSING = new Holder(false, false, true);

    private final AtomicLong clock = new AtomicLong(BEGUN);
    private Optional<Holder> name = Optional.empty();
    private int asked;

    private final Rivalry rivalry = new Rivalry(
            () -> {
                asked++;
                return name;
            },
            PATIENCE,
            clock::get);

    private boolean isThere(Holder holder) {
        name = Optional.ofNullable(holder);
        rivalry.look(BEGUN);
        return rivalry.isThere();
    }

    @Test
    void isThereWhereTheOneThatWasToHandOverServesOn() {
        rivalry.begun(true);

        assertThat(isThere(LIVING)).isTrue();
    }

    @Test
    void isNotThereWhereTheNameIsFreeAgain() {
        rivalry.begun(true);

        assertThat(isThere(null)).isFalse();
        assertThat(isThere(LIVING)).isTrue();
    }

    /** It serves beside one that has nothing to do with it, and must not end for it. */
    @Test
    void asksForNobodyUnlessOneSaidThatItWouldHandOver() {
        rivalry.begun(false);

        assertThat(isThere(LIVING)).isFalse();
        assertThat(asked).isZero();
    }

    @Test
    void asksOneThatRefusesOnce() {
        rivalry.begun(true);

        assertThat(isThere(REFUSING)).isFalse();
        assertThat(isThere(LIVING)).isFalse();
        assertThat(asked).isOne();
    }

    /** The name is free then, but another process may be the first to take it. */
    @Test
    void asksAgainAfterOneThatAnsweredAndIsGone() {
        rivalry.begun(true);

        assertThat(isThere(GONE)).isFalse();
        assertThat(isThere(LIVING)).isTrue();
    }

    @Test
    void asksOneThatIsSilentAgain() {
        rivalry.begun(true);

        assertThat(isThere(SILENT)).isFalse();
        clock.addAndGet(PATIENCE.toNanos() - 1);
        assertThat(isThere(SILENT)).isFalse();
        assertThat(isThere(LIVING)).isTrue();
    }

    @Test
    void takesOneThatIsSilentForTooLongForHanging() {
        rivalry.begun(true);
        clock.addAndGet(PATIENCE.toNanos());

        assertThat(isThere(SILENT)).isFalse();
        assertThat(isThere(LIVING)).isFalse();
        assertThat(asked).isOne();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void isForgottenWhenThisProcessBeginsAnew(boolean afterAnother) {
        rivalry.begun(!afterAnother);
        rivalry.begun(afterAnother);

        assertThat(isThere(LIVING)).isEqualTo(afterAnother);
    }
}
