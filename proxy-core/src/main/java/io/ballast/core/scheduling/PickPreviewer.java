package io.ballast.core.scheduling;

import io.ballast.core.model.RefuseReason;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Says what one list would give to one client, in the order in which {@link SchedulingLoadBalancer} decides. */
record PickPreviewer(String scheduler, EndpointList list, PickRequest request) {
    /**
     * @param full {@code max-connections} is reached
     * @param pinned what the client's affinity record names
     */
    PickPreview preview(boolean full, EndpointScope scope, @Nullable EndpointLoad pinned) {
        if (list.candidates().isEmpty()) {
            return refused(pinned, RefuseReason.NO_ENDPOINTS, "the list is empty");
        }
        if (full) {
            return refused(pinned, RefuseReason.MAX_CONNECTIONS, "max-connections of the Service port is reached");
        }
        ListedEndpoint wanted = pinned == null ? null : pinned.in(scope);
        if (wanted != null && EndpointList.isUsable(wanted, request)) {
            return picked(pinned, wanted, "session affinity: the client's record names it");
        }
        String ignored = pinned == null ? "" : "; the affinity record names " + pinned.address + ", not usable here";
        List<Candidate> usable =
                list.candidates().stream().filter(request::accepts).toList();
        if (usable.isEmpty()) {
            return withoutUsable(pinned, ignored);
        }
        Preview preview = list.scheduler().preview(request);
        if (preview.candidate() == null && usable.size() == 1) {
            return picked(pinned, usable.get(0), scheduler + ": the only one that can take it" + ignored);
        }
        return picked(pinned, preview.candidate(), scheduler + ": " + preview.why() + ignored);
    }

    private PickPreview withoutUsable(@Nullable EndpointLoad pinned, String ignored) {
        ListedEndpoint last = list.lastResort(request);
        if (last == null) {
            return refused(pinned, list.refusal(request), "no endpoint can take it" + ignored);
        }
        return picked(pinned, last, "set aside after failed connects, but no other can take it" + ignored);
    }

    private PickPreview picked(@Nullable EndpointLoad pinned, @Nullable Candidate candidate, String why) {
        return new PickPreview(
                scheduler,
                statuses(),
                pinned == null ? null : pinned.address,
                candidate == null ? null : candidate.endpoint(),
                null,
                why);
    }

    private PickPreview refused(@Nullable EndpointLoad pinned, RefuseReason reason, String why) {
        return new PickPreview(scheduler, statuses(), pinned == null ? null : pinned.address, null, reason, why);
    }

    private List<LoadBalancer.EndpointStatus> statuses() {
        return list.candidates().stream()
                .map(candidate -> ((ListedEndpoint) candidate).status())
                .toList();
    }
}
