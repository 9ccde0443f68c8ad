package io.ballast.core.routing;

import io.ballast.core.model.Endpoint;
import io.ballast.core.model.RefuseReason;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What would become of a connection at this instant, and why, for people. <em>Immutable.</em>
 *
 * @param reason null when the verdict is to forward
 * @param endpoint where to; null when it is not forwarded, or when chance decides
 * @param steps in the order in which they are decided; those after a refusal are missing
 */
public record Explanation(
        Verdict verdict,
        @Nullable RefuseReason reason,
        @Nullable Endpoint endpoint,
        List<Step> steps) {
    public Explanation {
        steps = List.copyOf(steps);
    }

    /** The same where the frontend cannot be served: only what it is matters then. */
    public Explanation notServed(String why) {
        List<Step> known = new ArrayList<>(steps.subList(0, Math.min(1, steps.size())));
        known.add(new Step("listener", why));
        return new Explanation(Verdict.REFUSE, RefuseReason.NOT_SERVED, null, known);
    }

    /** What happens to the connection. */
    public enum Verdict {
        FORWARD,
        REFUSE,
        DROP;

        /** {@code forward}. */
        public String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * One thing that was looked at.
     *
     * @param name {@code frontend}, {@code listener}, {@code source-ranges}, {@code source}, {@code policy}, {@code candidates},
     *     {@code affinity}, {@code scheduler}, {@code loop} or {@code client-address}
     */
    public record Step(String name, String detail) {}
}
