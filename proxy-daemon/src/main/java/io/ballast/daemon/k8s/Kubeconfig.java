package io.ballast.daemon.k8s;

import io.fabric8.kubernetes.api.model.NamedAuthInfo;
import io.fabric8.kubernetes.api.model.NamedContext;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.internal.KubeConfigUtils;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;

/** Reads a kubeconfig file. */
final class Kubeconfig {
    private Kubeconfig() {}

    /**
     * @throws ClientConfigException naming the file, when it is missing or cannot be used
     */
    static Config read(Path file) throws ClientConfigException {
        if (!Files.isReadable(file)) {
            throw new ClientConfigException(
                    "kubeconfig " + file + (Files.exists(file) ? " cannot be read" : " does not exist")
                            + ": correct --kubeconfig or clientConnection.kubeconfig in the configuration file");
        }
        try {
            Config config = Config.fromKubeconfig(file.toFile());
            if (config.getCurrentContext() == null) {
                throw new ClientConfigException("kubeconfig " + file + " has no current-context that it defines:"
                        + " set current-context to the name of one of its contexts");
            }
            // fabric8 reads tokenFile, which is what kubeadm writes for kube-proxy, but once.
            tokenFile(file, config.getCurrentContext())
                    .ifPresent(token -> config.setOauthTokenProvider(new TokenFile(token)));
            return config;
        } catch (RuntimeException e) {
            throw new ClientConfigException(
                    "kubeconfig " + file + " cannot be used: " + KubernetesClientFactory.rootMessage(e), e);
        }
    }

    /** The {@code proxy-url} of a context's cluster, "" without. */
    static String proxyUrl(Path file, NamedContext context) {
        return KubeConfigUtils.parseConfig(file.toFile()).getClusters().stream()
                .filter(cluster -> context.getContext().getCluster().equals(cluster.getName()))
                .map(cluster -> cluster.getCluster().getProxyUrl())
                .filter(Objects::nonNull)
                .findFirst()
                .orElse("");
    }

    private static Optional<Path> tokenFile(Path file, NamedContext context) {
        return KubeConfigUtils.parseConfig(file.toFile()).getUsers().stream()
                .filter(user -> context.getContext().getUser().equals(user.getName()))
                .map(NamedAuthInfo::getUser)
                .filter(user -> user.getTokenFile() != null && user.getToken() == null)
                .map(user -> file.toAbsolutePath().resolveSibling(user.getTokenFile()))
                .findFirst();
    }
}
