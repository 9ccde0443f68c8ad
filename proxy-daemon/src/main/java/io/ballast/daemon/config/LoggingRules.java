package io.ballast.daemon.config;

/** The checks of Kubernetes' logging API ({@code component-base/logs/api/v1}). */
final class LoggingRules {
    private final Settings settings;
    private final Problems problems;

    LoggingRules(Settings settings, Problems problems) {
        this.settings = settings;
        this.problems = problems;
    }

    void check() {
        if (settings.get(KubeProxyFields.VERBOSITY) < 0) {
            problems.add(
                    settings.origin(KubeProxyFields.VERBOSITY),
                    settings.get(KubeProxyFields.VERBOSITY),
                    "must be at least 0");
        }
        boolean json = settings.get(KubeProxyFields.LOG_FORMAT) == LogFormat.JSON;
        if (json && !settings.get(KubeProxyFields.VMODULE).isEmpty()) {
            problems.add(
                    settings.origin(KubeProxyFields.VMODULE), "works with the text log format only; leave one out");
        }
        if (!FeatureGates.of(settings).loggingAlphaOptions()) {
            refuseChanged(KubeProxyFields.TEXT_SPLIT);
            refuseChanged(KubeProxyFields.TEXT_BUFFER);
            refuseChanged(KubeProxyFields.JSON_SPLIT);
            refuseChanged(KubeProxyFields.JSON_BUFFER);
        }
    }

    private void refuseChanged(Field<?> field) {
        if (settings.isChanged(field)) {
            problems.add(settings.origin(field), "needs the feature gate LoggingAlphaOptions=true; or leave it out");
        }
    }
}
