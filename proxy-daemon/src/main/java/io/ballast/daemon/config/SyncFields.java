package io.ballast.daemon.config;

import java.time.Duration;

/** Which section's values count: those of the effective mode, as upstream's conversion to its internal type has it. */
final class SyncFields {
    private SyncFields() {}

    static Field<Duration> period(Settings settings) {
        return switch (settings.get(KubeProxyFields.MODE)) {
            case IPVS -> KubeProxyFields.IPVS_SYNC;
            case NFTABLES -> KubeProxyFields.NFTABLES_SYNC;
            case UNSET, IPTABLES, KERNELSPACE, USERSPACE -> KubeProxyFields.IPTABLES_SYNC;
        };
    }

    static Field<Duration> minPeriod(Settings settings) {
        return switch (settings.get(KubeProxyFields.MODE)) {
            case IPVS -> KubeProxyFields.IPVS_MIN_SYNC;
            case NFTABLES -> KubeProxyFields.NFTABLES_MIN_SYNC;
            case UNSET, IPTABLES, KERNELSPACE, USERSPACE -> KubeProxyFields.IPTABLES_MIN_SYNC;
        };
    }

    static Field<Boolean> masqueradeAll(Settings settings) {
        return settings.get(KubeProxyFields.MODE) == ProxyMode.NFTABLES
                ? KubeProxyFields.NFTABLES_MASQUERADE_ALL
                : KubeProxyFields.IPTABLES_MASQUERADE_ALL;
    }
}
