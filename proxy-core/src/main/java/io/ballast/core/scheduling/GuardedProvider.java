package io.ballast.core.scheduling;

import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A plug-in's provider, kept from harming the sync thread: where it fails, the fallback's scheduler is used. */
final class GuardedProvider implements SchedulerProvider {
    private static final Logger log = LoggerFactory.getLogger(GuardedProvider.class);

    private final SchedulerProvider plugin;
    private final SchedulerProvider fallback;

    GuardedProvider(SchedulerProvider plugin, SchedulerProvider fallback) {
        this.plugin = plugin;
        this.fallback = fallback;
    }

    String className() {
        return plugin.getClass().getName();
    }

    /** Empty, which no name may be, where the plug-in does not tell one. */
    @Override
    @SuppressWarnings("ConstantValue") // nothing forces a plug-in to mark its nulls
    public String name() {
        try {
            String name = plugin.name();
            return name == null ? "" : name;
        } catch (RuntimeException | LinkageError e) {
            report(e, className());
            return "";
        }
    }

    @Override
    public Scheduler create(SchedulingContext context, List<Candidate> candidates) {
        Scheduler safe = fallback.create(context, candidates);
        try {
            return new GuardedScheduler(plugin.create(context, candidates), safe, candidates, className());
        } catch (RuntimeException | LinkageError e) {
            report(e, className());
            return safe;
        }
    }

    static void report(Throwable failure, String className) {
        log.atError()
                .addKeyValue("class", className)
                .setCause(failure)
                .log("A scheduler plug-in failed; its Service port goes on with " + SchedulerRegistry.DEFAULT);
    }
}
