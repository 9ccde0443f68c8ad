package io.ballast.daemon.config;

import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What is asked of Kubernetes' feature gates; those that mean nothing in user space are accepted, as names come and go
 * with each release. <em>Immutable.</em>
 *
 * @param given by name, nothing for a gate that was left alone
 */
record FeatureGates(Map<String, Boolean> given) {
    private static final String EXTERNAL_IPS = "AllowServiceExternalIPs";
    private static final String LOGGING_ALPHA = "LoggingAlphaOptions";
    private static final String ALL_ALPHA = "AllAlpha";
    private static final Set<String> ACTING = Set.of(EXTERNAL_IPS, LOGGING_ALPHA, ALL_ALPHA);

    FeatureGates {
        given = Map.copyOf(given);
    }

    static FeatureGates of(Settings settings) {
        return new FeatureGates(settings.get(KubeProxyFields.FEATURE_GATES));
    }

    /** GA and on, unless an administrator wants no externalIPs at all. */
    boolean allowServiceExternalIps() {
        return given.getOrDefault(EXTERNAL_IPS, true);
    }

    boolean loggingAlphaOptions() {
        return given.getOrDefault(LOGGING_ALPHA, given.getOrDefault(ALL_ALPHA, false));
    }

    /** Those that change nothing here, in order of their names. */
    List<String> withoutEffect() {
        return given.keySet().stream()
                .filter(gate -> !ACTING.contains(gate))
                .sorted()
                .toList();
    }
}
