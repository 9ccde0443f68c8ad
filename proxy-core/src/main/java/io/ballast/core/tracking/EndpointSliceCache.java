package io.ballast.core.tracking;

import io.ballast.core.model.Endpoint;
import io.ballast.core.model.EndpointSlice;
import io.ballast.core.model.IpAddress;
import io.ballast.core.model.IpFamily;
import io.ballast.core.model.NamespacedName;
import io.ballast.core.model.Protocol;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * All EndpointSlices by the Service they belong to, whether or not that Service is known, merged into endpoints on
 * demand: kube-proxy's type of this name and its {@code EndpointsChangeTracker}. <em>Confined to the sync thread.</em>
 */
public final class EndpointSliceCache {
    private static final Comparator<Endpoint> BY_ADDRESS = Comparator.comparing(Endpoint::address, new TextOrder());

    private final SliceReader reader;
    private final TriggerTimes triggerTimes;
    private final Map<NamespacedName, TrackedSlice> byName = new HashMap<>();
    /** Immutable lists ordered by slice name, so that merging does not depend on the order of events. */
    private final Map<NamespacedName, List<TrackedSlice>> byService = new HashMap<>();

    private Set<NamespacedName> changed = new LinkedHashSet<>();
    private int pending;

    EndpointSliceCache(SliceReader reader, TriggerTimes triggerTimes) {
        this.reader = reader;
        this.triggerTimes = triggerTimes;
    }

    /** Families in which something changed; none for an identical resend. */
    public Set<IpFamily> upsert(EndpointSlice slice) {
        return replace(slice.name(), reader.read(slice).orElse(null));
    }

    /** Families in which something changed; none for an unknown slice. */
    public Set<IpFamily> delete(NamespacedName name) {
        return replace(name, null);
    }

    private Set<IpFamily> replace(NamespacedName name, @Nullable TrackedSlice after) {
        TrackedSlice before = byName.get(name);
        Set<IpFamily> families = EnumSet.noneOf(IpFamily.class);
        if (before == null ? after == null : before.equals(after)) {
            return families;
        }
        if (before != null) {
            remove(before);
            families.add(before.family());
        }
        if (after != null) {
            add(after);
            families.add(after.family());
        }
        triggerTimes.changed(before, after);
        pending++;
        return families;
    }

    private void remove(TrackedSlice slice) {
        byName.remove(slice.name());
        List<TrackedSlice> others = new ArrayList<>(slices(slice.service()));
        others.remove(slice);
        if (others.isEmpty()) {
            byService.remove(slice.service());
        } else {
            byService.put(slice.service(), List.copyOf(others));
        }
        changed.add(slice.service());
    }

    private void add(TrackedSlice slice) {
        byName.put(slice.name(), slice);
        List<TrackedSlice> all = new ArrayList<>(slices(slice.service()));
        all.add(slice);
        all.sort(Comparator.comparing(TrackedSlice::name));
        byService.put(slice.service(), List.copyOf(all));
        changed.add(slice.service());
    }

    private List<TrackedSlice> slices(NamespacedName service) {
        return byService.getOrDefault(service, List.of());
    }

    /**
     * Endpoints of a Service port from all its slices, ordered by address and port as text. One that is listed twice
     * counts as the last that is not terminating says.
     */
    List<Endpoint> endpoints(NamespacedName service, IpFamily family, String port, Protocol protocol) {
        List<Endpoint> all = new ArrayList<>();
        for (TrackedSlice slice : slices(service)) {
            for (TrackedSlice.PortEndpoints at : slice.ports()) {
                if (slice.family() == family && at.isFor(port, protocol)) {
                    all.addAll(at.endpoints());
                }
            }
        }
        return merged(all);
    }

    private static List<Endpoint> merged(List<Endpoint> all) {
        all.sort(BY_ADDRESS);
        List<Endpoint> merged = new ArrayList<>(all.size());
        for (Endpoint endpoint : all) {
            int last = merged.size() - 1;
            if (last < 0 || !merged.get(last).address().equals(endpoint.address())) {
                merged.add(endpoint);
            } else if (!endpoint.terminating()) {
                merged.set(last, endpoint);
            }
        }
        return List.copyOf(merged);
    }

    /** Distinct addresses of ready endpoints on this node, over all ports: kube-proxy's {@code LocalReadyEndpoints}. */
    int localReadyCount(NamespacedName service, IpFamily family) {
        Map<PortName, List<Endpoint>> byPort = new HashMap<>();
        for (TrackedSlice slice : slices(service)) {
            if (slice.family() == family) {
                for (TrackedSlice.PortEndpoints at : slice.ports()) {
                    byPort.computeIfAbsent(new PortName(at.port(), at.protocol()), key -> new ArrayList<>())
                            .addAll(at.endpoints());
                }
            }
        }
        Set<IpAddress> addresses = new HashSet<>();
        for (List<Endpoint> all : byPort.values()) {
            for (Endpoint endpoint : merged(all)) {
                if (endpoint.local() && endpoint.ready()) {
                    addresses.add(endpoint.address().address());
                }
            }
        }
        return addresses.size();
    }

    private record PortName(String name, Protocol protocol) {}

    /** How many events since the last sync changed something. */
    public int pendingCount() {
        return pending;
    }

    /** Services whose slices changed since the last call; forgets them. */
    Set<NamespacedName> takeChanged() {
        Set<NamespacedName> taken = changed;
        changed = new LinkedHashSet<>();
        pending = 0;
        return taken;
    }
}
