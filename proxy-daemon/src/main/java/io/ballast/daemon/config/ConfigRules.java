package io.ballast.daemon.config;

import io.ballast.core.model.AddressPort;
import io.ballast.core.model.Cidr;
import io.ballast.core.model.GoDuration;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/** kube-proxy's checks of a complete configuration ({@code validation.go}), as far as a value's kind does not make them. */
final class ConfigRules {
    /** Release before the one whose configuration is understood; the only one whose hidden metrics may be asked for. */
    private static final String PREVIOUS_MINOR = "1.35";

    private final Settings settings;
    private final Problems problems;
    private final Checks checks;

    ConfigRules(Settings settings, Problems problems) {
        this.settings = settings;
        this.problems = problems;
        this.checks = new Checks(settings, problems);
    }

    void check() {
        checkSync();
        checkNumbers();
        checkDetectLocal();
        checkIpvs();
        new LoggingRules(settings, problems).check();
        if (settings.isGiven(ProcessFields.METRICS_PORT) && settings.get(ProcessFields.METRICS_PORT) == 0) {
            checks.reject(ProcessFields.METRICS_PORT, "cannot turn the metrics server off; leave the flag out");
        }
        String hidden = settings.get(KubeProxyFields.HIDDEN_METRICS);
        if (!hidden.isEmpty() && !hidden.equals(PREVIOUS_MINOR)) {
            checks.reject(
                    KubeProxyFields.HIDDEN_METRICS,
                    "is not the previous release; leave it out or give " + PREVIOUS_MINOR);
        }
    }

    private void checkSync() {
        Field<Duration> period = SyncFields.period(settings);
        Field<Duration> minPeriod = SyncFields.minPeriod(settings);
        checks.requirePositive(period);
        checks.requirePositive(KubeProxyFields.CONFIG_SYNC);
        checks.requireNotNegative(minPeriod);
        if (settings.get(minPeriod).compareTo(settings.get(period)) > 0) {
            checks.reject(minPeriod, "is longer than the sync period of " + GoDuration.format(settings.get(period)));
        }
    }

    private void checkNumbers() {
        checks.requireAtLeast(KubeProxyFields.BURST, 0);
        checks.requireRange(KubeProxyFields.OOM_SCORE_ADJ, -1000, 1000);
        checks.requireRange(ProcessFields.HEALTHZ_PORT, 0, AddressPort.MAX_PORT);
        checks.requireRange(ProcessFields.METRICS_PORT, 0, AddressPort.MAX_PORT);
        checks.requireRange(KubeProxyFields.IPTABLES_MASQUERADE_BIT, 0, 31);
        if (settings.get(KubeProxyFields.MODE) == ProxyMode.NFTABLES) {
            checks.requireRange(KubeProxyFields.NFTABLES_MASQUERADE_BIT, 0, 31);
        }
        checks.requireAtLeast(KubeProxyFields.CT_MAX_PER_CORE, 0);
        checks.requireAtLeast(KubeProxyFields.CT_MIN, 0);
        List.of(
                        KubeProxyFields.CT_TCP_ESTABLISHED,
                        KubeProxyFields.CT_TCP_CLOSE_WAIT,
                        KubeProxyFields.CT_UDP,
                        KubeProxyFields.CT_UDP_STREAM)
                .forEach(checks::requireNotNegative);
    }

    private void checkDetectLocal() {
        switch (settings.get(KubeProxyFields.DETECT_LOCAL_MODE)) {
            case CLUSTER_CIDR -> checkClusterCidr();
            case NODE_CIDR -> {}
            case BRIDGE_INTERFACE -> requireText(KubeProxyFields.BRIDGE_INTERFACE, "detectLocalMode BridgeInterface");
            case INTERFACE_NAME_PREFIX ->
                requireText(KubeProxyFields.INTERFACE_PREFIX, "detectLocalMode InterfaceNamePrefix");
        }
    }

    private void checkClusterCidr() {
        List<String> parts = Kinds.splitAll(List.of(settings.get(KubeProxyFields.CLUSTER_CIDR)));
        List<Cidr> cidrs =
                parts.stream().flatMap(part -> Cidr.tryParse(part).stream()).toList();
        boolean onePerFamily =
                Set.copyOf(cidrs.stream().map(Cidr::family).toList()).size() == cidrs.size();
        if (cidrs.size() != parts.size() || !onePerFamily) {
            checks.reject(
                    KubeProxyFields.CLUSTER_CIDR,
                    "is neither a CIDR nor a pair of one IPv4 and one IPv6 CIDR; want for example"
                            + " 10.244.0.0/16,2001:db8:42::/56");
        }
    }

    private void checkIpvs() {
        if (settings.get(KubeProxyFields.MODE) != ProxyMode.IPVS) {
            return;
        }
        List.of(KubeProxyFields.IPVS_TCP, KubeProxyFields.IPVS_TCP_FIN, KubeProxyFields.IPVS_UDP)
                .forEach(checks::requireNotNegative);
        for (String entry : settings.get(KubeProxyFields.IPVS_EXCLUDE)) {
            if (Cidr.tryParse(entry).isEmpty()) {
                problems.add(
                        settings.origin(KubeProxyFields.IPVS_EXCLUDE),
                        entry,
                        "is not a CIDR; want for example 192.0.2.0/24");
            }
        }
    }

    private void requireText(Field<String> field, String mode) {
        if (settings.get(field).isEmpty()) {
            problems.add(settings.origin(field), "is empty, and " + mode + " needs it");
        }
    }
}
