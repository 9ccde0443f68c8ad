package io.ballast.core.tracking;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * What is wrong with one Service, each thing once and no more than people read: an object may hold thousands of bad
 * items. Confined to one thread.
 */
final class ProblemList implements Consumer<Problem> {
    private static final int MOST = 16;

    private final List<Problem> problems = new ArrayList<>(0);
    private int untold;
    private String reasonOfUntold = "";

    @Override
    public void accept(Problem problem) {
        if (problems.contains(problem)) {
            return;
        }
        if (problems.size() < MOST) {
            problems.add(problem);
        } else {
            untold++;
            reasonOfUntold = problem.reason();
        }
    }

    List<Problem> toList() {
        List<Problem> all = new ArrayList<>(problems);
        if (untold > 0) {
            all.add(new Problem(
                    reasonOfUntold, "And " + untold + " more of this Service. They show once these are corrected."));
        }
        return List.copyOf(all);
    }
}
