package io.ballast.core.scheduling;

import io.ballast.core.model.AddressPort;
import io.ballast.core.model.Endpoint;
import io.ballast.core.model.RefuseReason;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What {@link LoadBalancer#acquire} would answer at an instant, and why; nothing changes by asking. <em>Immutable.</em>
 *
 * @param scheduler name of the Service's scheduler
 * @param candidates load of each endpoint of the list in force, in list order
 * @param affinity the endpoint that the client's affinity record names, null without a live record
 * @param endpoint the pick; null when nothing can be picked, or when chance decides
 * @param refusal why nothing can be picked, null when something can
 * @param why one sentence for people
 */
public record PickPreview(
        String scheduler,
        List<LoadBalancer.EndpointStatus> candidates,
        @Nullable AddressPort affinity,
        @Nullable Endpoint endpoint,
        @Nullable RefuseReason refusal,
        String why) {
    public PickPreview {
        candidates = List.copyOf(candidates);
    }

    static final PickPreview UNKNOWN =
            new PickPreview("", List.of(), null, null, null, "this balancer does not tell before it picks");
}
