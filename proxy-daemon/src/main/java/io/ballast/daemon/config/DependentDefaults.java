package io.ballast.daemon.config;

import io.ballast.core.model.AddressPort;
import io.ballast.core.model.IpAddress;
import io.ballast.core.tracking.NodePortAddresses;

/** Defaults that depend on other values, in upstream's order of things ({@code defaults.go}, {@code options.go}). */
final class DependentDefaults {
    private DependentDefaults() {}

    /**
     * Fills in what is missing.
     *
     * @param fromFile whether a file was read; flags alone are laid over the defaults for bindAddress 0.0.0.0
     */
    static void apply(Settings settings, boolean fromFile) {
        boolean ipv6 = fromFile && !settings.get(KubeProxyFields.BIND_ADDRESS).isIpv4();
        server(settings, KubeProxyFields.HEALTHZ_ADDRESS, ProcessFields.HEALTHZ_PORT, ipv6 ? "::" : "0.0.0.0");
        server(settings, KubeProxyFields.METRICS_ADDRESS, ProcessFields.METRICS_PORT, ipv6 ? "::1" : "127.0.0.1");
        if (settings.isGiven(ProcessFields.HEALTHZ_PORT) && settings.get(ProcessFields.HEALTHZ_PORT) == 0) {
            settings.put(KubeProxyFields.HEALTHZ_ADDRESS, NetworkKinds.NO_SERVER, "--healthz-port");
        }
        if (!fromFile && !settings.isGiven(KubeProxyFields.IPVS_MIN_SYNC)) {
            settings.put(
                    KubeProxyFields.IPVS_MIN_SYNC,
                    KubeProxyFields.IPTABLES_MIN_SYNC.defaultValue(),
                    "--ipvs-min-sync-period");
        }
        boolean nftables = settings.get(KubeProxyFields.MODE) == ProxyMode.NFTABLES;
        if (nftables && !settings.isGiven(KubeProxyFields.NODE_PORT_ADDRESSES)) {
            settings.put(KubeProxyFields.NODE_PORT_ADDRESSES, NodePortAddresses.PRIMARY, "nodePortAddresses");
        }
    }

    private static void server(Settings settings, Field<AddressPort> field, Field<Integer> portFlag, String fallback) {
        int port = settings.find(portFlag)
                .filter(given -> given > 0 && given <= AddressPort.MAX_PORT)
                .orElse(field.defaultValue().port());
        AddressPort given = settings.find(field)
                .orElse(new AddressPort(
                        IpAddress.parse(fallback), field.defaultValue().port()));
        AddressPort complete = given.port() == 0 ? new AddressPort(given.address(), port) : given;
        settings.put(field, complete, settings.origin(field));
    }
}
