package io.ballast.daemon.config;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.slf4j.event.Level;

/** Tells the operator which values were accepted but change nothing. */
final class ConfigNotices {
    private final Settings settings;
    private final List<Notice> notices;

    ConfigNotices(Settings settings, List<Notice> notices) {
        this.settings = settings;
        this.notices = notices;
    }

    void add() {
        Stream<Field<?>> ignorable = Stream.concat(
                KubeProxyFields.all().stream(), Stream.of(ProcessFields.BOOT_ID_FILE, ProcessFields.MACHINE_ID_FILE));
        List<String> ignored = ignorable
                .filter(field -> !field.acts() && settings.isChanged(field))
                .map(this::name)
                .distinct()
                .toList();
        if (!ignored.isEmpty()) {
            notice(
                    Level.INFO,
                    "Options without an effect in user space were ignored",
                    "options",
                    String.join(" ", ignored));
        }
        List<String> gates = FeatureGates.of(settings).withoutEffect();
        if (!gates.isEmpty()) {
            notice(
                    Level.INFO,
                    "Feature gates without an effect in user space were ignored",
                    "gates",
                    String.join(" ", gates));
        }
        Stream.of(ProcessFields.HEALTHZ_PORT, ProcessFields.METRICS_PORT)
                .filter(settings::isGiven)
                .forEach(field -> notice(
                        Level.WARN,
                        "Deprecated flag; use the bind-address flag instead",
                        "flag",
                        settings.origin(field)));
        if (settings.isGiven(BallastFields.SOURCE_DIR) && usesApi()) {
            notice(
                    Level.WARN,
                    "Kubernetes API is not asked, because objects are read from a directory",
                    "sourceDir",
                    settings.get(BallastFields.SOURCE_DIR));
        }
    }

    private boolean usesApi() {
        return settings.isGiven(KubeProxyFields.KUBECONFIG) || settings.isGiven(ProcessFields.MASTER);
    }

    /** The flag, or the field's path without its file and line. */
    private String name(Field<?> field) {
        String origin = settings.origin(field);
        return origin.startsWith("--") ? origin : field.path();
    }

    private void notice(Level level, String message, String key, String value) {
        notices.add(new Notice(level, message, Map.of(key, value)));
    }
}
