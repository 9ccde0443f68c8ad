package io.ballast.daemon.config;

import io.ballast.core.model.AddressPort;
import io.ballast.core.model.Cidr;
import io.ballast.core.tracking.NodePortRules;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Builds the records from settings that have been completed and checked. */
final class ConfigAssembler {
    private final Settings settings;

    ConfigAssembler(Settings settings) {
        this.settings = settings;
    }

    ProxyConfig assemble(String nodeName, String scheduler) {
        return new ProxyConfig(
                nodeName,
                settings.get(KubeProxyFields.BIND_ADDRESS),
                settings.get(KubeProxyFields.MODE),
                kubernetesApi(),
                new ProxyConfig.Logging(
                        settings.get(KubeProxyFields.LOG_FORMAT),
                        settings.get(KubeProxyFields.VERBOSITY),
                        settings.get(KubeProxyFields.VMODULE)),
                servers(),
                settings.get(SyncFields.period(settings)),
                localDetection(),
                new NodePortRules(
                        settings.get(KubeProxyFields.NODE_PORT_ADDRESSES),
                        settings.get(KubeProxyFields.LOCALHOST_NODE_PORTS)),
                FeatureGates.of(settings).allowServiceExternalIps(),
                scheduler,
                settings.get(SyncFields.masqueradeAll(settings)),
                settings.get(KubeProxyFields.OOM_SCORE_ADJ),
                ballast());
    }

    private ProxyConfig.KubernetesApi kubernetesApi() {
        return new ProxyConfig.KubernetesApi(
                path(KubeProxyFields.KUBECONFIG),
                textOrNull(ProcessFields.MASTER),
                settings.get(KubeProxyFields.QPS),
                settings.get(KubeProxyFields.BURST));
    }

    private ProxyConfig.Servers servers() {
        AddressPort healthz = settings.get(KubeProxyFields.HEALTHZ_ADDRESS);
        return new ProxyConfig.Servers(
                healthz.equals(NetworkKinds.NO_SERVER) ? null : healthz,
                settings.get(KubeProxyFields.METRICS_ADDRESS),
                settings.get(KubeProxyFields.BIND_HARD_FAIL));
    }

    private ProxyConfig.LocalDetection localDetection() {
        List<Cidr> clusterCidrs = Kinds.splitAll(List.of(settings.get(KubeProxyFields.CLUSTER_CIDR))).stream()
                .flatMap(text -> Cidr.tryParse(text).stream())
                .toList();
        return new ProxyConfig.LocalDetection(
                settings.get(KubeProxyFields.DETECT_LOCAL_MODE),
                clusterCidrs,
                settings.get(KubeProxyFields.BRIDGE_INTERFACE),
                settings.get(KubeProxyFields.INTERFACE_PREFIX));
    }

    private BallastOptions ballast() {
        return new BallastOptions(
                path(BallastFields.SOURCE_DIR),
                settings.get(BallastFields.INTERCEPT),
                settings.get(BallastFields.CLIENT_IP),
                settings.get(BallastFields.CLIENT_IP_PORTS),
                settings.get(BallastFields.MARK),
                settings.get(BallastFields.TRANSPORT),
                settings.get(BallastFields.EVENT_LOOPS),
                settings.get(BallastFields.CONNECT_TIMEOUT),
                settings.get(BallastFields.CONNECT_ATTEMPTS),
                settings.get(BallastFields.UDP_IDLE_TIMEOUT),
                settings.get(BallastFields.MAX_CONNECTIONS),
                settings.get(BallastFields.MAX_AFFINITY_ENTRIES),
                settings.get(BallastFields.SERVICE_PROXY_NAME),
                settings.get(BallastFields.SHUTDOWN_GRACE),
                textOrNull(BallastFields.CONNECTION_LOG),
                settings.get(BallastFields.CLEANUP_ON_EXIT),
                settings.get(BallastFields.ENDPOINT_METRICS));
    }

    private @Nullable Path path(Field<String> field) {
        String text = settings.get(field);
        return text.isEmpty() ? null : Path.of(text);
    }

    private @Nullable String textOrNull(Field<String> field) {
        String text = settings.get(field);
        return text.isEmpty() ? null : text;
    }
}
