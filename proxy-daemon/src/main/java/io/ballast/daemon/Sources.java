package io.ballast.daemon;

import io.ballast.core.spi.ObjectSink;
import io.ballast.daemon.config.ProxyConfig;
import io.ballast.daemon.k8s.ClientConfigException;
import io.ballast.daemon.k8s.ClientSettings;
import io.ballast.daemon.k8s.KubernetesCluster;
import io.ballast.daemon.k8s.RequestObserver;
import io.ballast.daemon.manifest.ManifestSource;
import io.ballast.daemon.source.Selectors;
import io.ballast.daemon.source.Source;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Objects;
import java.util.function.IntConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Chooses where objects come from: a directory of manifests, or the Kubernetes API. */
final class Sources {
    private static final Logger log = LoggerFactory.getLogger(Sources.class);
    private static final int BAD_CONFIGURATION = 2;

    private Sources() {}

    /**
     * @param exit hears the exit code when the source cannot work at all
     */
    static Source open(
            ProxyConfig config, ObjectSink sink, Warnings warnings, RequestObserver requests, IntConsumer exit)
            throws IOException, ClientConfigException {
        Selectors selectors = new Selectors(config.nodeName(), config.ballast().serviceProxyName());
        Path manifests = config.ballast().sourceDir();
        if (manifests != null) {
            return ManifestSource.open(manifests, selectors, sink, warnings::objectProblem);
        }
        ProxyConfig.KubernetesApi api = config.kubernetesApi();
        ClientSettings settings = new ClientSettings(
                Objects.toString(api.kubeconfig(), ""),
                Objects.toString(api.master(), ""),
                api.qps(),
                api.burst(),
                config.ballast().serviceProxyName());
        KubernetesCluster cluster =
                KubernetesCluster.open(settings, selectors, sink, warnings::objectProblem, requests, failure -> {
                    log.atError().log(failure.getMessage());
                    exit.accept(BAD_CONFIGURATION);
                });
        warnings.alsoTell(cluster.events(), cluster.events()::warnNode);
        return cluster;
    }
}
