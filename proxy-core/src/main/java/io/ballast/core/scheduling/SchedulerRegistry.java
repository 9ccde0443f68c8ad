package io.ballast.core.scheduling;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All {@link SchedulerProvider}s that were found, by name. <em>Immutable.</em>
 *
 * <p>A provider that cannot be loaded, or wants a name that is taken, is logged and left out; the others work.
 */
public final class SchedulerRegistry {
    /** What a Service gets whose scheduler is not known. */
    public static final String DEFAULT = "rr";

    private static final Logger log = LoggerFactory.getLogger(SchedulerRegistry.class);
    private static final String BUILT_IN_PACKAGE = SchedulerRegistry.class.getPackageName() + ".builtin";
    private static final String NAME_PATTERN = "[a-z0-9][a-z0-9-]*";
    /** Ends the search where a class loader fails again and again. */
    private static final int MAX_FAILURES = 100;

    private final SortedMap<String, SchedulerProvider> providers;
    private final SchedulerProvider fallback;

    private SchedulerRegistry(SortedMap<String, SchedulerProvider> providers, SchedulerProvider fallback) {
        this.providers = providers;
        this.fallback = fallback;
    }

    /** The built-in ones and those of every jar that the loader sees. */
    public static SchedulerRegistry load(ClassLoader loader) {
        SortedMap<String, SchedulerProvider> byName = new TreeMap<>();
        List<SchedulerProvider> builtIn = found(SchedulerRegistry.class.getClassLoader());
        builtIn.removeIf(provider -> !isBuiltIn(provider));
        builtIn.forEach(provider -> byName.put(provider.name(), provider));
        SchedulerProvider fallback = byName.get(DEFAULT);
        if (fallback == null) {
            throw new IllegalStateException("proxy-core's META-INF/services lacks the scheduler " + DEFAULT);
        }
        for (SchedulerProvider provider : found(loader)) {
            if (!isBuiltIn(provider)) {
                add(byName, new GuardedProvider(provider, fallback));
            }
        }
        return new SchedulerRegistry(byName, fallback);
    }

    private static boolean isBuiltIn(SchedulerProvider provider) {
        Class<?> type = provider.getClass();
        return type.getPackageName().equals(BUILT_IN_PACKAGE)
                && type.getClassLoader() == SchedulerRegistry.class.getClassLoader();
    }

    private static List<SchedulerProvider> found(ClassLoader loader) {
        List<SchedulerProvider> found = new ArrayList<>();
        Iterator<SchedulerProvider> search =
                ServiceLoader.load(SchedulerProvider.class, loader).iterator();
        int failures = 0;
        while (failures < MAX_FAILURES) {
            try {
                if (!search.hasNext()) {
                    break;
                }
                found.add(search.next());
            } catch (ServiceConfigurationError | LinkageError e) {
                failures++;
                log.atWarn().setCause(e).log("A scheduler plug-in cannot be loaded and is left out");
            }
        }
        return found;
    }

    private static void add(SortedMap<String, SchedulerProvider> byName, GuardedProvider provider) {
        String name = provider.name();
        if (!name.matches(NAME_PATTERN)) {
            log.atWarn()
                    .addKeyValue("scheduler", name)
                    .addKeyValue("class", provider.className())
                    .log("A scheduler plug-in is left out: its name must be lower-case letters, digits and hyphens");
        } else if (byName.putIfAbsent(name, provider) != null) {
            log.atWarn()
                    .addKeyValue("scheduler", name)
                    .addKeyValue("class", provider.className())
                    .log("A scheduler plug-in is left out: its name is taken");
        }
    }

    /** All names, sorted. */
    public SortedSet<String> names() {
        return Collections.unmodifiableSortedSet(new TreeSet<>(providers.keySet()));
    }

    /** The provider of this name, {@link #DEFAULT}'s when there is none. */
    public SchedulerProvider provider(String name) {
        return providers.getOrDefault(name, fallback);
    }
}
