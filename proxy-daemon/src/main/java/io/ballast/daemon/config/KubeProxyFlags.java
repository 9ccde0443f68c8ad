package io.ballast.daemon.config;

import static io.ballast.daemon.config.Flag.Scope.KUBE_PROXY;
import static io.ballast.daemon.config.Flag.Scope.LOGGING;
import static io.ballast.daemon.config.Flag.Scope.PROCESS;

import java.util.List;

/** kube-proxy 1.36's flags that mean something to Ballast. */
final class KubeProxyFlags {
    private KubeProxyFlags() {}

    static void addTo(List<Flag> flags) {
        addApi(flags);
        addLimits(flags);
        addServers(flags);
        addProcess(flags);
        ConntrackFields.addTo(flags);
        addNodePorts(flags);
        addLocalDetection(flags);
        addSync(flags);
        addLogging(flags);
    }

    private static void flag(List<Flag> flags, String name, String placeholder, String help, Field<?>... fields) {
        flags.add(new Flag(name, KUBE_PROXY, placeholder, help, List.of(fields)));
    }

    private static void logging(List<Flag> flags, String name, String placeholder, String help, Field<?> field) {
        flags.add(new Flag(name, LOGGING, placeholder, help, List.of(field)));
    }

    private static void addApi(List<Flag> flags) {
        flags.add(new Flag(
                "master",
                PROCESS,
                "URL",
                "Address of the Kubernetes API server; overrides the kubeconfig's.",
                List.of(ProcessFields.MASTER)));
        flags.add(new Flag(
                "hostname-override",
                PROCESS,
                "NAME",
                "Name of this Node; overrides the file's. Default: the host's name.",
                List.of(ProcessFields.HOSTNAME_FLAG)));
        flag(
                flags,
                "kubeconfig",
                "FILE",
                "How to reach the Kubernetes API. Without it and --master: the in-cluster configuration.",
                KubeProxyFields.KUBECONFIG);
        flag(
                flags,
                "config-sync-period",
                "DURATION",
                "Without effect: nothing depends on looking at all objects again.",
                KubeProxyFields.CONFIG_SYNC);
    }

    private static void addLimits(List<Flag> flags) {
        flag(flags, "kube-api-qps", "N", "API requests a second, watches apart. Default 5.", KubeProxyFields.QPS);
        flag(flags, "kube-api-burst", "N", "API requests above that at once. Default 10.", KubeProxyFields.BURST);
    }

    private static void addServers(List<Flag> flags) {
        flag(
                flags,
                "bind-address",
                "IP",
                "Overrides the node's primary address; nothing is bound to it.",
                KubeProxyFields.BIND_ADDRESS);
        flag(
                flags,
                "healthz-bind-address",
                "IP[:PORT]",
                "Where /healthz, /livez and /readyz are served. Default 0.0.0.0:10256.",
                KubeProxyFields.HEALTHZ_ADDRESS);
        flag(
                flags,
                "healthz-port",
                "PORT",
                "Deprecated: 0 turns the healthz server off; otherwise use --healthz-bind-address.",
                ProcessFields.HEALTHZ_PORT);
        flag(
                flags,
                "metrics-bind-address",
                "IP[:PORT]",
                "Where metrics, the status page and the admin API are served. Default 127.0.0.1:10249.",
                KubeProxyFields.METRICS_ADDRESS);
        flag(flags, "metrics-port", "PORT", "Deprecated: use --metrics-bind-address.", ProcessFields.METRICS_PORT);
    }

    private static void addProcess(List<Flag> flags) {
        flag(
                flags,
                "bind-address-hard-fail",
                "BOOL",
                "End with exit code 1 when a server's port is taken, instead of trying again.",
                KubeProxyFields.BIND_HARD_FAIL);
        flag(
                flags,
                "feature-gates",
                "NAME=BOOL,...",
                "AllowServiceExternalIPs=false leaves externalIPs unserved; gates of kernel modes have no effect.",
                KubeProxyFields.FEATURE_GATES);
        flag(
                flags,
                "oom-score-adj",
                "N",
                "The process's oom_score_adj, -1000 to 1000. Default -999.",
                KubeProxyFields.OOM_SCORE_ADJ);
    }

    private static void addNodePorts(List<Flag> flags) {
        flag(
                flags,
                "nodeport-addresses",
                "LIST",
                "Where NodePorts answer: CIDRs and the words primary, localhost, all. Default: every address of the"
                        + " node.",
                KubeProxyFields.NODE_PORT_ADDRESSES);
        flag(
                flags,
                "iptables-localhost-nodeports",
                "BOOL",
                "Whether NodePorts answer on 127.0.0.0/8. Default true.",
                KubeProxyFields.LOCALHOST_NODE_PORTS);
    }

    private static void addLocalDetection(List<Flag> flags) {
        flag(
                flags,
                "detect-local-mode",
                "MODE",
                "How clients that are pods are recognised: " + Labelled.choices(DetectLocalMode.class)
                        + ". Default ClusterCIDR.",
                KubeProxyFields.DETECT_LOCAL_MODE);
        flag(
                flags,
                "cluster-cidr",
                "CIDR[,CIDR]",
                "The pods' addresses, for --detect-local-mode=ClusterCIDR.",
                KubeProxyFields.CLUSTER_CIDR);
        flag(
                flags,
                "pod-bridge-interface",
                "NAME",
                "The pods' bridge, for --detect-local-mode=BridgeInterface.",
                KubeProxyFields.BRIDGE_INTERFACE);
        flag(
                flags,
                "pod-interface-name-prefix",
                "PREFIX",
                "How the pods' interfaces begin, for --detect-local-mode=InterfaceNamePrefix.",
                KubeProxyFields.INTERFACE_PREFIX);
        flag(
                flags,
                "masquerade-all",
                "BOOL",
                "Endpoints behind ClusterIPs always see the node's address. Default false.",
                KubeProxyFields.IPTABLES_MASQUERADE_ALL,
                KubeProxyFields.NFTABLES_MASQUERADE_ALL);
    }

    private static void addSync(List<Flag> flags) {
        flag(
                flags,
                "proxy-mode",
                "MODE",
                Labelled.choices(ProxyMode.class) + ": accepted; Ballast works in user space whatever it says.",
                KubeProxyFields.MODE);
        flag(
                flags,
                "ipvs-scheduler",
                "NAME",
                "Scheduler of Services that name none, unless --scheduler is given. Default rr.",
                KubeProxyFields.IPVS_SCHEDULER);
        flag(
                flags,
                "iptables-sync-period",
                "DURATION",
                "/healthz fails when a change waits twice this long, unless --proxy-mode=ipvs. Default 30s.",
                KubeProxyFields.IPTABLES_SYNC,
                KubeProxyFields.NFTABLES_SYNC);
        flag(
                flags,
                "iptables-min-sync-period",
                "DURATION",
                "Without effect: changes are applied as they come.",
                KubeProxyFields.IPTABLES_MIN_SYNC,
                KubeProxyFields.NFTABLES_MIN_SYNC);
        flag(
                flags,
                "ipvs-sync-period",
                "DURATION",
                "As --iptables-sync-period, with --proxy-mode=ipvs.",
                KubeProxyFields.IPVS_SYNC);
        flag(flags, "ipvs-min-sync-period", "DURATION", "Without effect, as above.", KubeProxyFields.IPVS_MIN_SYNC);
    }

    private static void addLogging(List<Flag> flags) {
        logging(
                flags,
                "v",
                "N",
                "Verbosity: 2 shows each change, 4 each connection. Default 0.",
                KubeProxyFields.VERBOSITY);
        logging(
                flags,
                "vmodule",
                "PATTERN=N,...",
                "Verbosity of the classes whose name matches.",
                KubeProxyFields.VMODULE);
        logging(flags, "logging-format", "FORMAT", "text or json. Default text.", KubeProxyFields.LOG_FORMAT);
        logging(
                flags,
                "log-flush-frequency",
                "DURATION",
                "Without effect: every line is written at once.",
                KubeProxyFields.FLUSH_FREQUENCY);
        logging(
                flags,
                "log-text-split-stream",
                "BOOL",
                "Without effect: all lines go to standard error.",
                KubeProxyFields.TEXT_SPLIT);
        logging(
                flags,
                "log-text-info-buffer-size",
                "QUANTITY",
                "Without effect, as above.",
                KubeProxyFields.TEXT_BUFFER);
        logging(flags, "log-json-split-stream", "BOOL", "Without effect, as above.", KubeProxyFields.JSON_SPLIT);
        logging(
                flags,
                "log-json-info-buffer-size",
                "QUANTITY",
                "Without effect, as above.",
                KubeProxyFields.JSON_BUFFER);
    }
}
