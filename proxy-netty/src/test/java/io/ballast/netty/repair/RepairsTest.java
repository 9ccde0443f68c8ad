package io.ballast.netty.repair;

import static org.assertj.core.api.Assertions.assertThat;

import io.ballast.netty.repair.Repairs.Loss;
import io.ballast.netty.repair.Repairs.Part;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RepairsTest {
    private static final Loss TAKEN = new Loss("table inet ballast", "nft (7)");

    private final AtomicLong nanos = new AtomicLong(5);
    private final Repairs repairs = new Repairs(nanos::get);
    private int attempts;
    private boolean missing = true;
    private boolean fails;

    @BeforeEach
    void watch() {
        repairs.restoreWith(Part.NFTABLES, () -> {
            attempts++;
            if (fails) {
                throw new IllegalStateException("not now");
            }
            return missing ? List.of("table") : List.of();
        });
    }

    private void take(int times) {
        for (int i = 0; i < times; i++) {
            repairs.noticed(Part.NFTABLES, TAKEN);
            repairs.repair();
        }
    }

    @Test
    void putsBackOnceAndCounts() {
        repairs.noticed(Part.NFTABLES, Loss.POSSIBLE);
        repairs.noticed(Part.NFTABLES, TAKEN);
        repairs.repair();
        repairs.repair();

        assertThat(attempts).isOne();
        assertThat(repairs.repaired(Part.NFTABLES)).isOne();
        assertThat(repairs.repaired(Part.LOCAL_ROUTES)).isZero();
    }

    @Test
    void wakesWhoRepairs() {
        List<String> woken = new ArrayList<>();
        repairs.onLoss(() -> woken.add("now"));

        repairs.noticed(Part.SK_LOOKUP, TAKEN);

        assertThat(woken).hasSize(1);
    }

    @Test
    void countsNothingWhereNothingWasMissing() {
        missing = false;

        repairs.noticed(Part.NFTABLES, Loss.POSSIBLE);
        repairs.repair();

        assertThat(attempts).isOne();
        assertThat(repairs.repaired(Part.NFTABLES)).isZero();
    }

    @Test
    void triesAgainWhatFailed() {
        fails = true;
        take(1);
        fails = false;

        repairs.repair();

        assertThat(attempts).isEqualTo(2);
        assertThat(repairs.repaired(Part.NFTABLES)).isOne();
    }

    @Test
    void pausesWhereItIsTakenAgainAndAgain() {
        take(100);
        assertThat(attempts).isEqualTo(RepairBudget.AT_ONCE);

        nanos.addAndGet(RepairBudget.PAUSE.toNanos());
        take(100);
        assertThat(attempts).isEqualTo(RepairBudget.AT_ONCE + 1);

        nanos.addAndGet(Duration.ofHours(1).toNanos());
        take(100);
        assertThat(attempts).isEqualTo(2 * RepairBudget.AT_ONCE + 1);
    }

    @Test
    void doesNothingBeforeItIsTime() {
        Repairs early = new Repairs(nanos::get);
        early.noticed(Part.NFTABLES, TAKEN);

        early.repair();
        early.restoreWith(Part.NFTABLES, () -> List.of("table"));
        early.repair();

        assertThat(early.repaired(Part.NFTABLES)).isOne();
    }
}
