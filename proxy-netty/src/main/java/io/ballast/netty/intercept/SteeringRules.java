package io.ballast.netty.intercept;

import java.util.List;

/**
 * The chains that steer external addresses ({@code steering.nft}): present only while there are any, since each costs
 * every packet of the host a little. <em>Confined to the sync thread.</em>
 */
final class SteeringRules {
    private static final List<String> CHAINS = List.of(
            "untrack_prerouting", "untrack_output", "steer_prerouting", "steer_output", "refuse_output", "defragment");

    private String load = "";
    /** What the kernel has is not known before the first change: another process may have left some. */
    private boolean known;

    private boolean present;

    /** @param commands load the chains */
    void prepare(String commands) {
        load = commands;
    }

    /** The commands that make the chains present or absent; none where they are so. */
    String change(boolean wanted) {
        if (known && wanted == present) {
            return "";
        }
        return wanted ? load : removal();
    }

    /** The commands that make the chains present, whatever there is. */
    String restored() {
        return load;
    }

    /** The commands were run. */
    void changed(boolean nowPresent) {
        known = true;
        present = nowPresent;
    }

    /** nft deletes only what exists, so all are added first; one transaction, so that no packet sees it. */
    private static String removal() {
        StringBuilder commands = new StringBuilder();
        for (String chain : CHAINS) {
            for (String verb : List.of("add", "flush", "delete")) {
                commands.append(verb)
                        .append(" chain inet ballast ")
                        .append(chain)
                        .append('\n');
            }
        }
        return commands.toString();
    }
}
