package io.ballast.daemon.config;

import static io.ballast.daemon.config.Flag.Scope.WITHOUT_EFFECT;

import java.util.List;

/** kube-proxy 1.36's flags that only kernel modes or Windows have a use for: checked like upstream, then ignored. */
final class KernelModeFlags {
    private KernelModeFlags() {}

    static void addTo(List<Flag> flags) {
        add(flags, "kube-api-content-type", "TYPE", "Content type of API requests.", KubeProxyFields.CONTENT_TYPE);
        add(flags, "profiling", "BOOL", "Go profiles on the metrics server.", KubeProxyFields.PROFILING);
        add(flags, "show-hidden-metrics-for-version", "X.Y", "Hidden metrics.", KubeProxyFields.HIDDEN_METRICS);
        add(flags, "iptables-masquerade-bit", "N", "Mark for SNAT, 0 to 31.", KubeProxyFields.IPTABLES_MASQUERADE_BIT);
        addIpvs(flags);
        addWindows(flags);
        add(flags, "boot-id-file", "FILE,...", "No function in kube-proxy either.", ProcessFields.BOOT_ID_FILE);
        add(flags, "machine-id-file", "FILE,...", "No function in kube-proxy either.", ProcessFields.MACHINE_ID_FILE);
    }

    private static void add(List<Flag> flags, String name, String placeholder, String help, Field<?> field) {
        flags.add(new Flag(name, WITHOUT_EFFECT, placeholder, help, List.of(field)));
    }

    private static void addIpvs(List<Flag> flags) {
        add(flags, "ipvs-exclude-cidrs", "CIDR,...", "Virtual servers to leave alone.", KubeProxyFields.IPVS_EXCLUDE);
        add(flags, "ipvs-strict-arp", "BOOL", "Strict ARP.", KubeProxyFields.IPVS_STRICT_ARP);
        add(flags, "ipvs-tcp-timeout", "DURATION", "Timeout of idle TCP.", KubeProxyFields.IPVS_TCP);
        add(flags, "ipvs-tcpfin-timeout", "DURATION", "Timeout of TCP after FIN.", KubeProxyFields.IPVS_TCP_FIN);
        add(flags, "ipvs-udp-timeout", "DURATION", "Timeout of UDP.", KubeProxyFields.IPVS_UDP);
    }

    /** kube-proxy has these on Windows only; a command line shared by both systems still works here. */
    private static void addWindows(List<Flag> flags) {
        add(flags, "windows-service", "BOOL", "Windows.", KubeProxyFields.WIN_SERVICE);
        add(flags, "network-name", "NAME", "Windows.", KubeProxyFields.WIN_NETWORK);
        add(flags, "source-vip", "IP", "Windows.", KubeProxyFields.WIN_SOURCE_VIP);
        add(flags, "enable-dsr", "BOOL", "Windows.", KubeProxyFields.WIN_DSR);
        add(flags, "root-hnsendpoint-name", "NAME", "Windows.", KubeProxyFields.WIN_ENDPOINT);
        add(flags, "forward-healthcheck-vip", "BOOL", "Windows.", KubeProxyFields.WIN_HEALTH);
    }
}
