package io.ballast.netty.intercept;

import io.ballast.core.model.Cidr;
import io.ballast.core.model.Frontend;
import io.ballast.core.routing.Admission;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/**
 * Kernel rules for single frontends: which external ones are led to this node's sockets although their address is not
 * local, and which are refused, or open to some sources only. Confined to the sync thread.
 */
public interface PacketRules {
    /** Why frontends cannot be steered, {@code ""} where they can. */
    String unavailableReason();

    /** Whether {@link Rule#admission} and {@link Rule#sources} are kept; else whoever accepts has to judge. */
    boolean judgesSources();

    /**
     * Adds and removes rules, together where the kernel takes them; adding replaces. Removes what an earlier process left
     * when called for the first time.
     *
     * @return the frontends for which the kernel has what it had before, with the reasons
     */
    Map<Frontend, String> update(Collection<Rule> add, Collection<Rule> remove);

    /** Puts back what others have taken of the rules; returns it in words, none where nothing is missing. */
    List<String> restore();

    /**
     * @param steered the address is not local: lead its packets to this node's sockets
     * @param admission who may open new connections
     * @param sources all others are dropped before anything else; empty for everyone
     */
    record Rule(Frontend frontend, boolean steered, Admission admission, List<Cidr> sources) {
        public Rule {
            sources = List.copyOf(sources);
        }

        /** Whether it says anything. */
        boolean isNeeded() {
            return steered || admission != Admission.EVERYONE || !sources.isEmpty();
        }
    }
}
