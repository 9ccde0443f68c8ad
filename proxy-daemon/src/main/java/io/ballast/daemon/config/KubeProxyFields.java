package io.ballast.daemon.config;

import static io.ballast.daemon.config.Kinds.BOOL;
import static io.ballast.daemon.config.Kinds.DURATION;
import static io.ballast.daemon.config.Kinds.INT;
import static io.ballast.daemon.config.Kinds.STRING;
import static io.ballast.daemon.config.Kinds.STRINGS;

import io.ballast.core.model.AddressPort;
import io.ballast.core.model.IpAddress;
import io.ballast.core.tracking.NodePortAddresses;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * The fields of {@code kubeproxy.config.k8s.io/v1alpha1 KubeProxyConfiguration}, Kubernetes 1.36, with upstream's
 * defaults ({@code SetDefaults_KubeProxyConfiguration}). <em>Immutable.</em>
 */
final class KubeProxyFields {
    static final String API_VERSION = "kubeproxy.config.k8s.io/v1alpha1";
    static final String KIND = "KubeProxyConfiguration";
    static final int HEALTHZ_PORT = 10256;
    static final int METRICS_PORT = 10249;

    private static final Duration SYNC_PERIOD_DEFAULT = Duration.ofSeconds(30);
    private static final Duration ONE_SECOND = Duration.ofSeconds(1);
    private static final FieldTable TABLE = new FieldTable(Field.Home.KUBE_PROXY_DOCUMENT);

    static final Field<Map<String, Boolean>> FEATURE_GATES = TABLE.acting("featureGates", Kinds.BOOL_MAP, Map.of());

    static final Field<String> KUBECONFIG = TABLE.acting("clientConnection.kubeconfig", STRING, "");
    static final Field<String> ACCEPT_CONTENT_TYPES = TABLE.ignored("clientConnection.acceptContentTypes", STRING, "");
    static final Field<String> CONTENT_TYPE =
            TABLE.ignored("clientConnection.contentType", STRING, "application/vnd.kubernetes.protobuf");
    static final Field<Float> QPS = TABLE.actingNonZero("clientConnection.qps", Kinds.FLOAT, 5f);
    static final Field<Integer> BURST = TABLE.actingNonZero("clientConnection.burst", INT, 10);

    static final Field<LogFormat> LOG_FORMAT =
            TABLE.acting("logging.format", Kinds.oneOf(LogFormat.class), LogFormat.TEXT);
    static final Field<Integer> VERBOSITY = TABLE.acting("logging.verbosity", INT, 0);
    static final Field<List<VModule>> VMODULE = TABLE.acting("logging.vmodule", VModule.LIST, List.of());
    static final Field<Duration> FLUSH_FREQUENCY =
            TABLE.ignoredNonZero("logging.flushFrequency", Kinds.DURATION_OR_NANOS, Duration.ofSeconds(5));
    static final Field<Boolean> TEXT_SPLIT = TABLE.ignored("logging.options.text.splitStream", BOOL, false);
    static final Field<String> TEXT_BUFFER =
            TABLE.ignored("logging.options.text.infoBufferSize", Kinds.QUANTITY_TEXT, "0");
    static final Field<Boolean> JSON_SPLIT = TABLE.ignored("logging.options.json.splitStream", BOOL, false);
    static final Field<String> JSON_BUFFER =
            TABLE.ignored("logging.options.json.infoBufferSize", Kinds.QUANTITY_TEXT, "0");

    static final Field<String> HOSTNAME_OVERRIDE = TABLE.acting("hostnameOverride", STRING, "");
    static final Field<IpAddress> BIND_ADDRESS =
            TABLE.acting("bindAddress", NetworkKinds.ADDRESS, IpAddress.parse("0.0.0.0"));
    static final Field<AddressPort> HEALTHZ_ADDRESS = TABLE.acting(
            "healthzBindAddress",
            NetworkKinds.SERVER_ADDRESS,
            new AddressPort(IpAddress.parse("0.0.0.0"), HEALTHZ_PORT));
    static final Field<AddressPort> METRICS_ADDRESS = TABLE.acting(
            "metricsBindAddress",
            NetworkKinds.SERVER_ADDRESS,
            new AddressPort(IpAddress.parse("127.0.0.1"), METRICS_PORT));
    static final Field<Boolean> BIND_HARD_FAIL = TABLE.acting("bindAddressHardFail", BOOL, false);
    static final Field<Boolean> PROFILING = TABLE.ignored("enableProfiling", BOOL, false);
    static final Field<String> HIDDEN_METRICS = TABLE.ignored("showHiddenMetricsForVersion", STRING, "");
    static final Field<ProxyMode> MODE = TABLE.acting("mode", Kinds.oneOf(ProxyMode.class), ProxyMode.UNSET);

    static final Field<Integer> IPTABLES_MASQUERADE_BIT = TABLE.ignored("iptables.masqueradeBit", INT, 14);
    static final Field<Boolean> IPTABLES_MASQUERADE_ALL = TABLE.acting("iptables.masqueradeAll", BOOL, false);
    static final Field<Boolean> LOCALHOST_NODE_PORTS = TABLE.acting("iptables.localhostNodePorts", BOOL, true);
    static final Field<Duration> IPTABLES_SYNC =
            TABLE.actingNonZero("iptables.syncPeriod", DURATION, SYNC_PERIOD_DEFAULT);
    static final Field<Duration> IPTABLES_MIN_SYNC =
            TABLE.ignoredNonZero("iptables.minSyncPeriod", DURATION, ONE_SECOND);

    static final Field<Duration> IPVS_SYNC = TABLE.actingNonZero("ipvs.syncPeriod", DURATION, SYNC_PERIOD_DEFAULT);
    /** Zero with a file; without one {@link ConfigLoader} gives it the flag's default, one second. */
    static final Field<Duration> IPVS_MIN_SYNC = TABLE.ignored("ipvs.minSyncPeriod", DURATION, Duration.ZERO);

    static final Field<String> IPVS_SCHEDULER = TABLE.acting("ipvs.scheduler", STRING, "");
    static final Field<List<String>> IPVS_EXCLUDE = TABLE.ignored("ipvs.excludeCIDRs", STRINGS, List.of());
    static final Field<Boolean> IPVS_STRICT_ARP = TABLE.ignored("ipvs.strictARP", BOOL, false);
    static final Field<Duration> IPVS_TCP = TABLE.ignored("ipvs.tcpTimeout", DURATION, Duration.ZERO);
    static final Field<Duration> IPVS_TCP_FIN = TABLE.ignored("ipvs.tcpFinTimeout", DURATION, Duration.ZERO);
    static final Field<Duration> IPVS_UDP = TABLE.ignored("ipvs.udpTimeout", DURATION, Duration.ZERO);

    static final Field<Integer> NFTABLES_MASQUERADE_BIT = TABLE.ignored("nftables.masqueradeBit", INT, 14);
    static final Field<Boolean> NFTABLES_MASQUERADE_ALL = TABLE.acting("nftables.masqueradeAll", BOOL, false);
    static final Field<Duration> NFTABLES_SYNC =
            TABLE.actingNonZero("nftables.syncPeriod", DURATION, SYNC_PERIOD_DEFAULT);
    static final Field<Duration> NFTABLES_MIN_SYNC =
            TABLE.ignoredNonZero("nftables.minSyncPeriod", DURATION, ONE_SECOND);

    static final Field<DetectLocalMode> DETECT_LOCAL_MODE =
            TABLE.acting("detectLocalMode", Kinds.oneOf(DetectLocalMode.class), DetectLocalMode.CLUSTER_CIDR);
    static final Field<String> BRIDGE_INTERFACE = TABLE.acting("detectLocal.bridgeInterface", STRING, "");
    static final Field<String> INTERFACE_PREFIX = TABLE.acting("detectLocal.interfaceNamePrefix", STRING, "");
    /** Text, because it is checked in one mode only. */
    static final Field<String> CLUSTER_CIDR = TABLE.acting("clusterCIDR", STRING, "");

    static final Field<NodePortAddresses> NODE_PORT_ADDRESSES =
            TABLE.acting("nodePortAddresses", NetworkKinds.NODE_PORT_ADDRESSES, NodePortAddresses.EVERY);

    static final Field<Integer> OOM_SCORE_ADJ = TABLE.acting("oomScoreAdj", INT, -999);
    static final Field<Integer> CT_MAX_PER_CORE = TABLE.acting("conntrack.maxPerCore", INT, 32768);
    static final Field<Integer> CT_MIN = TABLE.acting("conntrack.min", INT, 131072);
    static final Field<Duration> CT_TCP_ESTABLISHED =
            TABLE.acting("conntrack.tcpEstablishedTimeout", DURATION, Duration.ofHours(24));
    static final Field<Duration> CT_TCP_CLOSE_WAIT =
            TABLE.acting("conntrack.tcpCloseWaitTimeout", DURATION, Duration.ofHours(1));
    static final Field<Boolean> CT_TCP_LIBERAL = TABLE.acting("conntrack.tcpBeLiberal", BOOL, false);
    static final Field<Duration> CT_UDP = TABLE.acting("conntrack.udpTimeout", DURATION, Duration.ZERO);
    static final Field<Duration> CT_UDP_STREAM = TABLE.acting("conntrack.udpStreamTimeout", DURATION, Duration.ZERO);
    static final Field<Duration> CONFIG_SYNC =
            TABLE.ignoredNonZero("configSyncPeriod", DURATION, Duration.ofMinutes(15));

    static final Field<String> PORT_RANGE = TABLE.ignored("portRange", STRING, "");
    static final Field<String> WIN_NETWORK = TABLE.ignored("winkernel.networkName", STRING, "");
    static final Field<String> WIN_SOURCE_VIP = TABLE.ignored("winkernel.sourceVip", STRING, "");
    static final Field<Boolean> WIN_DSR = TABLE.ignored("winkernel.enableDSR", BOOL, false);
    static final Field<String> WIN_ENDPOINT = TABLE.ignored("winkernel.rootHnsEndpointName", STRING, "");
    static final Field<Boolean> WIN_HEALTH = TABLE.ignored("winkernel.forwardHealthCheckVip", BOOL, false);
    static final Field<Boolean> WIN_SERVICE = TABLE.ignored("windowsRunAsService", BOOL, false);

    private KubeProxyFields() {}

    static List<Field<?>> all() {
        return TABLE.all();
    }
}
