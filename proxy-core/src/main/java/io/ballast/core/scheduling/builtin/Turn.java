package io.ballast.core.scheduling.builtin;

import io.ballast.core.model.AddressPort;
import io.ballast.core.scheduling.Candidate;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Carries "the last used", an index, from one list of endpoints to the next. */
final class Turn {
    /** No endpoint was used yet; the seed tells where to begin. */
    static final int UNSTARTED = -2;

    private static final int BEFORE_FIRST = -1;

    private Turn() {}

    /**
     * Where the last used endpoint is in the new list; where it left, its nearest predecessor that stayed, as in IPVS
     * ({@code ip_vs_rr_del_dest}), so that everybody behind it keeps the place in the queue. The bare position is kept
     * while the list is empty, or when nobody stayed.
     */
    static int carried(List<Candidate> before, int last, List<Candidate> after) {
        if (last == UNSTARTED || after.isEmpty()) {
            return last;
        }
        Map<AddressPort, Integer> positions = new HashMap<>();
        after.forEach(candidate -> positions.put(candidate.address(), candidate.index()));
        if (before.stream().noneMatch(candidate -> positions.containsKey(candidate.address()))) {
            return last % after.size();
        }
        for (int back = last; back >= 0; back--) {
            Integer position = positions.get(before.get(back).address());
            if (position != null) {
                return position;
            }
        }
        return BEFORE_FIRST;
    }

    /** The index to begin behind: the place that the seed tells, at the very first pick. */
    static int begin(int last, long seed, int size) {
        return last == UNSTARTED ? Math.floorMod(seed, size) - 1 : last;
    }
}
