package io.ballast.daemon.config;

import io.ballast.core.model.AddressPort;
import io.ballast.core.model.Cidr;
import io.ballast.core.model.IpAddress;
import io.ballast.core.model.IpFamily;
import io.ballast.core.model.ServiceOptions;
import io.ballast.core.tracking.NodePortRules;
import io.ballast.core.tracking.TrackingSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The effective configuration of a daemon: flags, file and defaults put together and checked. <em>Immutable.</em>
 *
 * @param nodeName name of the Node this daemon serves, in lower case
 * @param nodeAddressOverride kube-proxy's {@code bindAddress}: the node's primary address, unless unspecified
 * @param mode what the configuration calls its mode
 * @param syncPeriod from the section of the effective mode: a change that waits twice this long is unhealthy
 * @param externalIps whether externalIPs of Services are served
 * @param scheduler name of the scheduler for Services that choose none
 * @param masqueradeAll endpoints behind ClusterIPs always see the node's address
 * @param oomScoreAdj for {@code /proc/self/oom_score_adj}
 */
public record ProxyConfig(
        String nodeName,
        IpAddress nodeAddressOverride,
        ProxyMode mode,
        KubernetesApi kubernetesApi,
        Logging logging,
        Servers servers,
        Duration syncPeriod,
        LocalDetection localDetection,
        NodePortRules nodePorts,
        boolean externalIps,
        String scheduler,
        boolean masqueradeAll,
        int oomScoreAdj,
        BallastOptions ballast) {

    /**
     * How to reach the Kubernetes API.
     *
     * @param kubeconfig null when none was given
     * @param master address that overrides the kubeconfig's, null when none was given
     * @param qps sustained requests a second; watches are not limited
     * @param burst requests above that at once
     */
    public record KubernetesApi(
            @Nullable Path kubeconfig, @Nullable String master, float qps, int burst) {}

    /**
     * How to log.
     *
     * @param verbosity 0 and up, as with {@code -v}
     * @param vmodule exceptions for classes, first match wins
     */
    public record Logging(LogFormat format, int verbosity, List<VModule> vmodule) {
        /** Nothing given: text, changes that users must see. */
        public static final Logging DEFAULT = new Logging(LogFormat.TEXT, 0, List.of());

        public Logging {
            vmodule = List.copyOf(vmodule);
        }
    }

    /**
     * Where the daemon's own servers listen.
     *
     * @param healthz null when turned off
     * @param hardFail a port that is taken ends the process, instead of being tried again
     */
    public record Servers(@Nullable AddressPort healthz, AddressPort metrics, boolean hardFail) {}

    /**
     * How a client is recognised as a pod.
     *
     * @param clusterCidrs at most one of each family, for {@link DetectLocalMode#CLUSTER_CIDR}
     * @param bridgeInterface for {@link DetectLocalMode#BRIDGE_INTERFACE}, else perhaps empty
     * @param interfaceNamePrefix for {@link DetectLocalMode#INTERFACE_NAME_PREFIX}, else perhaps empty
     */
    public record LocalDetection(
            DetectLocalMode mode, List<Cidr> clusterCidrs, String bridgeInterface, String interfaceNamePrefix) {
        public LocalDetection {
            clusterCidrs = List.copyOf(clusterCidrs);
        }
    }

    /**
     * What tracking has to know.
     *
     * @param families that the operating system supports
     * @param knownSchedulers tells whether a scheduler of this name exists
     */
    public TrackingSettings tracking(Set<IpFamily> families, Predicate<String> knownSchedulers) {
        return new TrackingSettings(
                nodeName, families, serviceDefaults(), knownSchedulers, nodePorts, nodeAddressOverride, externalIps);
    }

    /** What a Service without annotations gets. */
    public ServiceOptions serviceDefaults() {
        ServiceOptions none = ServiceOptions.DEFAULTS;
        return new ServiceOptions(
                scheduler,
                ballast.connectTimeout(),
                ballast.connectAttempts(),
                none.endpointRemoval(),
                none.drainTimeout(),
                none.idleTimeout(),
                ballast.udpIdleTimeout(),
                none.maxConnections(),
                none.maxConnectionsPerEndpoint(),
                none.maxConnectionAge(),
                none.proxyProtocol(),
                none.sourceRangesGuardAllExternal());
    }
}
