package io.ballast.core.tracking;

import io.ballast.core.model.NamespacedName;
import io.ballast.core.model.Service;
import io.ballast.core.model.ServicePort;
import io.ballast.core.spi.WarningListener;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Every Service as its Service ports, and which of them changed since the last sync: kube-proxy's type of this name.
 * Several changes of one Service collapse to the first before and the last after; a change that is taken back leaves no
 * trace. <em>Confined to the sync thread.</em>
 */
public final class ServiceChangeTracker {
    private final ServiceReader reader;
    private final WarningListener warnings;
    private final Map<NamespacedName, Tracked> current = new HashMap<>();
    /** What the last sync applied, for Services that differ from it now. */
    private Map<NamespacedName, List<ServicePort>> pending = new LinkedHashMap<>();

    ServiceChangeTracker(ServiceReader reader, WarningListener warnings) {
        this.reader = reader;
        this.warnings = warnings;
    }

    private record Tracked(List<ServicePort> ports, List<Problem> problems) {
        static final Tracked NOTHING = new Tracked(List.of(), List.of());
    }

    /** Whether a sync has something to do now. */
    public boolean upsert(Service service) {
        ProblemList found = new ProblemList();
        List<ServicePort> ports = reader.read(service, found);
        List<Problem> problems = found.toList();
        Tracked before = tracked(service.name());
        // Each resend of a Service has the same problems; only new ones are told.
        problems.stream()
                .filter(problem -> !before.problems().contains(problem))
                .forEach(problem -> warnings.warn(service.name(), problem.reason(), problem.message()));
        return replace(service.name(), before, new Tracked(ports, problems));
    }

    /** Whether a sync has something to do now. */
    public boolean delete(NamespacedName name) {
        return replace(name, tracked(name), Tracked.NOTHING);
    }

    private boolean replace(NamespacedName name, Tracked before, Tracked after) {
        if (after.equals(Tracked.NOTHING)) {
            current.remove(name);
        } else if (!after.equals(before)) {
            current.put(name, after);
        }
        if (after.ports().equals(before.ports())) {
            return false;
        }
        List<ServicePort> applied = pending.putIfAbsent(name, before.ports());
        if (applied != null && applied.equals(after.ports())) {
            pending.remove(name);
        }
        return true;
    }

    private Tracked tracked(NamespacedName name) {
        @Nullable Tracked found = current.get(name);
        return found == null ? Tracked.NOTHING : found;
    }

    /** The Service's ports as of its last event, in both families; none when it is not served. */
    List<ServicePort> ports(NamespacedName name) {
        return tracked(name).ports();
    }

    /** How many Services differ from what the last sync applied. */
    public int pendingCount() {
        return pending.size();
    }

    /** Services that differ from what the last sync applied, each with what it applied; forgets them. */
    Map<NamespacedName, List<ServicePort>> takePending() {
        Map<NamespacedName, List<ServicePort>> taken = pending;
        pending = new LinkedHashMap<>();
        return taken;
    }

    /** Names of all Services that have ports. */
    List<NamespacedName> names() {
        return List.copyOf(current.keySet());
    }
}
