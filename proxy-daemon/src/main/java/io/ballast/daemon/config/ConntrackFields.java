package io.ballast.daemon.config;

import static io.ballast.daemon.config.Flag.Scope.KUBE_PROXY;

import io.ballast.netty.node.ConntrackSettings;
import java.time.Duration;
import java.util.List;

/** What of the host's connection tracking is to be set. Stateless. */
final class ConntrackFields {
    private ConntrackFields() {}

    /**
     * With a cluster all that kube-proxy sets. Without one this host may be anybody's: only what was asked for.
     */
    static ConntrackSettings of(Settings settings) {
        boolean cluster = !settings.isGiven(BallastFields.SOURCE_DIR);
        boolean size = cluster
                || settings.isGiven(KubeProxyFields.CT_MAX_PER_CORE)
                || settings.isGiven(KubeProxyFields.CT_MIN);
        return new ConntrackSettings(
                size
                        ? ConntrackSettings.tableSize(
                                settings.get(KubeProxyFields.CT_MAX_PER_CORE), settings.get(KubeProxyFields.CT_MIN))
                        : 0,
                timeout(settings, cluster, KubeProxyFields.CT_TCP_ESTABLISHED),
                timeout(settings, cluster, KubeProxyFields.CT_TCP_CLOSE_WAIT),
                settings.get(KubeProxyFields.CT_TCP_LIBERAL),
                timeout(settings, cluster, KubeProxyFields.CT_UDP),
                timeout(settings, cluster, KubeProxyFields.CT_UDP_STREAM));
    }

    private static Duration timeout(Settings settings, boolean cluster, Field<Duration> field) {
        return cluster || settings.isGiven(field) ? settings.get(field) : Duration.ZERO;
    }

    static void addTo(List<Flag> flags) {
        flag(flags, "conntrack-max-per-core", "N", "Table size for each core.", KubeProxyFields.CT_MAX_PER_CORE);
        flag(flags, "conntrack-min", "N", "Smallest table size.", KubeProxyFields.CT_MIN);
        flag(
                flags,
                "conntrack-tcp-timeout-established",
                "DURATION",
                "Timeout of established TCP.",
                KubeProxyFields.CT_TCP_ESTABLISHED);
        flag(
                flags,
                "conntrack-tcp-timeout-close-wait",
                "DURATION",
                "Timeout in CLOSE_WAIT.",
                KubeProxyFields.CT_TCP_CLOSE_WAIT);
        flag(flags, "conntrack-tcp-be-liberal", "BOOL", "Do not mark odd packets.", KubeProxyFields.CT_TCP_LIBERAL);
        flag(flags, "conntrack-udp-timeout", "DURATION", "Timeout of unreplied UDP.", KubeProxyFields.CT_UDP);
        flag(
                flags,
                "conntrack-udp-timeout-stream",
                "DURATION",
                "Timeout of assured UDP.",
                KubeProxyFields.CT_UDP_STREAM);
    }

    private static void flag(List<Flag> flags, String name, String placeholder, String help, Field<?> field) {
        flags.add(new Flag(name, KUBE_PROXY, placeholder, help, List.of(field)));
    }
}
