package io.ballast.netty.repair;

import io.ballast.core.spi.Ticker;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What of ours others have taken from the kernel, and who puts it back. Who notices a loss says so, on any thread; repairs
 * are made on the sync thread, one line of the log each, and not in a race with who takes it again and again.
 */
public final class Repairs {
    private static final Logger log = LoggerFactory.getLogger(Repairs.class);

    /** What can be taken, by the feature that it belongs to. */
    public enum Part {
        NFTABLES("nftables"),
        CLIENT_IP("client-ip"),
        LOCAL_ROUTES("local-routes"),
        POLICY_ROUTES("policy-routes"),
        SK_LOOKUP("sk-lookup");

        private final String label;

        Part(String label) {
            this.label = label;
        }

        /** The label {@code what} of {@code ballast_repairs_total}. */
        public String label() {
            return label;
        }
    }

    private final Ticker ticker;
    private final Map<Part, Restorer> restorers = new EnumMap<>(Part.class);
    private final Map<Part, RepairBudget> budgets = new EnumMap<>(Part.class);
    private final Map<Part, LongAdder> counts = new EnumMap<>(Part.class);
    /** Why a repair failed last, so that it is said once. */
    private final Map<Part, String> failures = new EnumMap<>(Part.class);
    /** Guarded by itself. */
    private final Map<Part, Loss> losses = new EnumMap<>(Part.class);

    private volatile Runnable wake = () -> {};

    /** See {@link #restoreWith}. */
    @FunctionalInterface
    public interface Restorer {
        /** Puts back what is missing and returns it in words, none where nothing was; throws where it cannot. */
        List<String> restore();
    }

    /**
     * What is known of a loss.
     *
     * @param taken in words, "" where it is only to be looked whether anything was
     * @param by who, "" where nobody tells
     */
    public record Loss(String taken, String by) {
        /** Something may have changed unseen. */
        public static final Loss POSSIBLE = new Loss("", "");

        private Loss and(Loss later) {
            return taken.isEmpty() ? later : this;
        }
    }

    public Repairs(Ticker ticker) {
        this.ticker = ticker;
        for (Part part : Part.values()) {
            counts.put(part, new LongAdder());
        }
    }

    /** From now on the part is repaired. Sync thread. */
    public void restoreWith(Part part, Restorer restorer) {
        restorers.put(part, restorer);
        budgets.put(part, new RepairBudget(ticker));
    }

    /** @param wake brings the sync thread to {@link #repair} soon */
    public void onLoss(Runnable wake) {
        this.wake = wake;
    }

    /** Something of the part was taken, or may have been. Any thread. */
    public void noticed(Part part, Loss loss) {
        synchronized (losses) {
            losses.merge(part, loss, Loss::and);
        }
        wake.run();
    }

    /** Puts back what was taken, as far as it is time for that; to be called on a timer, too. Sync thread. */
    public void repair() {
        Map<Part, Loss> known;
        synchronized (losses) {
            known = new EnumMap<>(losses);
        }
        known.forEach((part, loss) -> {
            Restorer restorer = restorers.get(part);
            if (restorer != null && Objects.requireNonNull(budgets.get(part)).take()) {
                repair(part, loss, restorer);
            }
        });
    }

    private void repair(Part part, Loss loss, Restorer restorer) {
        synchronized (losses) {
            losses.remove(part);
        }
        try {
            List<String> restored = restorer.restore();
            failures.remove(part);
            if (!restored.isEmpty()) {
                tell(part, loss, restored);
            }
        } catch (RuntimeException e) {
            synchronized (losses) {
                losses.merge(part, loss, (later, earlier) -> earlier.and(later));
            }
            String reason = String.valueOf(e.getMessage());
            if (!reason.equals(failures.put(part, reason))) {
                log.atWarn()
                        .addKeyValue("what", part.label())
                        .addKeyValue("taken", loss.taken())
                        .addKeyValue("by", loss.by())
                        .addKeyValue("reason", reason)
                        .log("Somebody took what Ballast stands on, and it cannot be put back; it is tried again");
            }
        }
    }

    private void tell(Part part, Loss loss, List<String> restored) {
        count(part).increment();
        log.atWarn()
                .addKeyValue("what", part.label())
                .addKeyValue("taken", loss.taken())
                .addKeyValue("by", loss.by())
                .addKeyValue("restored", shortened(restored))
                .log("Somebody took what Ballast stands on; it is back");
    }

    private static String shortened(List<String> restored) {
        int most = 3;
        return restored.size() <= most
                ? String.join(", ", restored)
                : String.join(", ", restored.subList(0, most)) + " and " + (restored.size() - most) + " more";
    }

    private LongAdder count(Part part) {
        return Objects.requireNonNull(counts.get(part));
    }

    /** How often something of the part was taken and put back. Any thread. */
    public long repaired(Part part) {
        return count(part).sum();
    }
}
