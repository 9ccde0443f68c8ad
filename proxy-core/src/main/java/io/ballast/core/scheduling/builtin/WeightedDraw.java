package io.ballast.core.scheduling.builtin;

import io.ballast.core.scheduling.Candidate;
import io.ballast.core.scheduling.PickRequest;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Draws endpoints at random in proportion to their weights, in O(1): Walker's alias method with Vose's construction.
 * <em>Immutable.</em>
 *
 * <p>Each of n columns of equal width is shared by at most two endpoints; a draw takes a column and then one of the two.
 */
final class WeightedDraw {
    /** Draws that met somebody unusable before all are looked at; keeps proportions exact, and the cost bounded. */
    private static final int ATTEMPTS = 16;

    private static final long ONE = 1L << 32;

    private final List<Candidate> choices;
    private final RandomGenerator random;
    /** Share of the column's own endpoint as unsigned 32-bit fraction, less one: all ones is the whole column. */
    private final int[] shares;

    private final int[] aliases;

    WeightedDraw(List<Candidate> candidates, RandomGenerator random) {
        this.choices =
                candidates.stream().filter(candidate -> candidate.weight() > 0).toList();
        this.random = random;
        shares = new int[choices.size()];
        aliases = new int[choices.size()];
        fill();
    }

    /** Vose: columns too full give to columns too empty until each is just full. */
    private void fill() {
        int count = choices.size();
        long total = choices.stream().mapToLong(Candidate::weight).sum();
        long[] scaled = new long[count];
        int[] work = new int[count];
        int poor = 0;
        int rich = count;
        for (int i = 0; i < count; i++) {
            scaled[i] = (long) choices.get(i).weight() * count;
            work[scaled[i] < total ? poor++ : --rich] = i;
        }
        while (poor > 0 && rich < count) {
            int taker = work[--poor];
            int giver = work[rich];
            shares[taker] = fraction(scaled[taker], total);
            aliases[taker] = giver;
            scaled[giver] -= total - scaled[taker];
            if (scaled[giver] < total) {
                rich++;
                work[poor++] = giver;
            }
        }
        while (rich < count) {
            shares[work[rich]] = fraction(total, total);
            aliases[work[rich]] = work[rich++];
        }
    }

    private static int fraction(long part, long whole) {
        return (int) Math.max(0, (long) ((double) part / whole * ONE) - 1);
    }

    /** Somebody that the request accepts, null when there is nobody. */
    @Nullable
    Candidate draw(PickRequest request) {
        for (int attempt = 0; attempt < ATTEMPTS && !choices.isEmpty(); attempt++) {
            Candidate drawn = drawAny();
            if (request.accepts(drawn)) {
                return drawn;
            }
        }
        return drawAmongAccepted(request);
    }

    private Candidate drawAny() {
        long bits = random.nextLong();
        int column = (int) (((bits >>> 32) * choices.size()) >>> 32);
        boolean own = Integer.compareUnsigned((int) bits, shares[column]) <= 0;
        return choices.get(own ? column : aliases[column]);
    }

    private @Nullable Candidate drawAmongAccepted(PickRequest request) {
        Candidate drawn = null;
        long seen = 0;
        for (Candidate candidate : choices) {
            if (request.accepts(candidate)) {
                seen += candidate.weight();
                drawn = random.nextLong(seen) < candidate.weight() ? candidate : drawn;
            }
        }
        return drawn;
    }
}
