package io.ballast.daemon.config;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Every flag of the daemon but {@code --help} and {@code --version}. <em>Immutable.</em> */
public final class Flags {
    private static final Map<String, Flag> BY_NAME = index();

    private Flags() {}

    public static List<Flag> all() {
        return List.copyOf(BY_NAME.values());
    }

    /** The flag with this name; underscores count as dashes, as in all Kubernetes components. */
    public static Optional<Flag> find(String name) {
        return Optional.ofNullable(BY_NAME.get(name.replace('_', '-')));
    }

    private static Map<String, Flag> index() {
        List<Flag> flags = new ArrayList<>();
        OwnFlags.addTo(flags);
        KubeProxyFlags.addTo(flags);
        KernelModeFlags.addTo(flags);
        Map<String, Flag> byName = new LinkedHashMap<>();
        for (Flag flag : flags) {
            if (byName.put(flag.name(), flag) != null) {
                throw new AssertionError("two flags are named " + flag.name());
            }
        }
        return byName;
    }
}
