package io.ballast.daemon.k8s;

import io.ballast.core.model.NamespacedName;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Names and versions of the objects that were delivered: enough to tell what a new list no longer holds and what was
 * delivered already. Confined to its reflector's thread, but for {@link #size}.
 */
final class KnownObjects {
    private final Map<NamespacedName, String> versions = new HashMap<>();
    private final Set<NamespacedName> listed = new HashSet<>();
    private volatile int size;

    /** Begins a full list. */
    void listBegins() {
        listed.clear();
    }

    /** Ends a full list: the objects that were known and are gone, which are forgotten. */
    List<NamespacedName> listEnds() {
        List<NamespacedName> gone = new ArrayList<>();
        for (NamespacedName name : versions.keySet()) {
            if (!listed.contains(name)) {
                gone.add(name);
            }
        }
        gone.forEach(versions::remove);
        listed.clear();
        size = versions.size();
        return gone;
    }

    /** Notes an item of a list; false when this very version was delivered already. */
    boolean list(NamespacedName name, String version) {
        listed.add(name);
        String before = versions.put(name, version);
        size = versions.size();
        return before == null || !before.equals(version) || version.isEmpty();
    }

    /** Notes an event; false when this version or a later one was delivered already. */
    boolean observe(NamespacedName name, String version) {
        String before = versions.get(name);
        if (before != null && !ResourceVersion.isNewer(version, before)) {
            return false;
        }
        versions.put(name, version);
        size = versions.size();
        return true;
    }

    /** Forgets an object; false when it was unknown, or is known in a later version. */
    boolean remove(NamespacedName name, @Nullable String version) {
        String before = versions.get(name);
        if (before == null || (version != null && ResourceVersion.isNewer(before, version))) {
            return false;
        }
        versions.remove(name);
        size = versions.size();
        return true;
    }

    int size() {
        return size;
    }
}
