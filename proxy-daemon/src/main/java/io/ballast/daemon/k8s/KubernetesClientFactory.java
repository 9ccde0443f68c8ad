package io.ballast.daemon.k8s;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.http.HttpClient;
import io.fabric8.kubernetes.client.internal.SSLUtils;
import io.fabric8.kubernetes.client.jdkhttp.JdkHttpClientFactory;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import javax.net.ssl.KeyManager;
import javax.net.ssl.TrustManager;
import org.jspecify.annotations.Nullable;

/**
 * Connects to the API as kube-proxy does: kubeconfig, {@code --master} over it, else the pod's service account.
 * Thread-safe.
 */
public final class KubernetesClientFactory {
    private static final Path SERVICE_ACCOUNT = Path.of("/var/run/secrets/kubernetes.io/serviceaccount");
    private static final String HOST = "KUBERNETES_SERVICE_HOST";
    private static final String PORT = "KUBERNETES_SERVICE_PORT";
    /** Set by the kubelet beside {@link #HOST}, and left alone by those who point that elsewhere. */
    private static final String SERVICE_ADDRESS = "KUBERNETES_PORT_443_TCP_ADDR";

    private static final int CONNECT_TIMEOUT_MILLIS = 10_000;

    private final Map<String, String> environment;
    private final Path serviceAccount;

    public KubernetesClientFactory() {
        this(System.getenv(), SERVICE_ACCOUNT);
    }

    KubernetesClientFactory(Map<String, String> environment, Path serviceAccount) {
        this.environment = Map.copyOf(environment);
        this.serviceAccount = serviceAccount;
    }

    /**
     * Prepares the connection; nothing is sent yet.
     *
     * @throws ClientConfigException when the settings cannot work; the process should end with exit code 2
     */
    public ApiConnection connect(ClientSettings settings, RequestObserver observer) throws ClientConfigException {
        return connect(settings, observer, Liveness.Limits.STANDARD);
    }

    ApiConnection connect(ClientSettings settings, RequestObserver observer, Liveness.Limits liveness)
            throws ClientConfigException {
        return new ApiConnection(() -> client(config(settings), liveness), observer);
    }

    private Config config(ClientSettings settings) throws ClientConfigException {
        Config config;
        String proxyUrl = "";
        if (!settings.kubeconfig().isEmpty()) {
            Path file = Path.of(settings.kubeconfig());
            config = Kubeconfig.read(file);
            proxyUrl = Kubeconfig.proxyUrl(file, config.getCurrentContext());
        } else if (!settings.master().isEmpty()) {
            config = Config.empty();
        } else {
            config = inCluster(settings);
        }
        if (!settings.master().isEmpty()) {
            config.setMasterUrl(withScheme(settings.master(), config));
        }
        proxy(config, proxyUrl);
        // Back-off is the reflectors' own, and so is the limit on a request's time.
        config.setRequestRetryBackoffLimit(0);
        config.setRequestTimeout(0);
        config.setConnectionTimeout(CONNECT_TIMEOUT_MILLIS);
        config.setUserAgent("ballast");
        return config;
    }

    /** client-go's {@code DefaultServerUrlFor}: TLS where there is something to use it with. */
    private static String withScheme(String master, Config config) {
        if (master.contains("://")) {
            return master;
        }
        boolean tls = Stream.of(
                                config.getCaCertFile(),
                                config.getCaCertData(),
                                config.getClientCertFile(),
                                config.getClientCertData())
                        .anyMatch(Objects::nonNull)
                || config.isTrustCerts();
        return (tls ? "https://" : "http://") + master;
    }

    private Config inCluster(ClientSettings settings) throws ClientConfigException {
        String host = environment.getOrDefault(HOST, "");
        String port = environment.getOrDefault(PORT, "443");
        Path token = serviceAccount.resolve("token");
        if (host.isEmpty() || !Files.exists(token)) {
            throw new ClientConfigException("No way to the Kubernetes API: give --kubeconfig (or"
                    + " clientConnection.kubeconfig in the configuration file) or --master, or run without a cluster"
                    + " with --source-dir");
        }
        String url = "https://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
        if (settings.serviceProxyName().isEmpty() && host.equals(environment.get(SERVICE_ADDRESS))) {
            throw addressIsOurs(url);
        }
        Config config = Config.empty();
        config.setMasterUrl(url);
        config.setCaCertFile(serviceAccount.resolve("ca.crt").toString());
        config.setOauthTokenProvider(new TokenFile(token));
        return config;
    }

    static ClientConfigException addressIsOurs(String url) {
        return new ClientConfigException("The Kubernetes API is configured at " + url + ", an address of the Service"
                + " default/kubernetes that this node would have to serve itself: name the API server's own address"
                + " with --master or in the kubeconfig's server (--kubeconfig, clientConnection.kubeconfig), as"
                + " kubeadm's ConfigMap kube-proxy does");
    }

    private static URI server(Config config) throws ClientConfigException {
        URI server;
        try {
            server = new URI(config.getMasterUrl().replaceAll("/+$", ""));
        } catch (URISyntaxException e) {
            throw badUrl(config.getMasterUrl(), e);
        }
        if (server.getHost() == null) {
            throw badUrl(config.getMasterUrl(), null);
        }
        return server;
    }

    private static ApiClient client(Config config, Liveness.Limits liveness) throws ClientConfigException {
        URI server = server(config);
        try {
            return new ApiClient(http(config, server), server, liveness);
        } catch (RuntimeException | IOException | GeneralSecurityException e) {
            throw new ClientConfigException(
                    "The certificates or keys for the Kubernetes API cannot be used: " + rootMessage(e)
                            + "; check certificate-authority, client-certificate and client-key of the kubeconfig",
                    e);
        }
    }

    private static HttpClient http(Config config, URI server) throws IOException, GeneralSecurityException {
        Optional<KeyManager[]> own = ClientKey.managers(config);
        KeyManager[] keys = own.isPresent() ? own.get() : SSLUtils.keyManagers(config);
        TrustManager[] trust = ServerTrust.managers(config, server);
        // All that is replaced by what was made here: fabric8 would read it first, and whom Java trusts besides.
        config.setClientKeyFile(null);
        config.setClientKeyData(null);
        config.setClientCertFile(null);
        config.setClientCertData(null);
        config.setTrustCerts(true);
        return new JdkHttpClientFactory()
                .newBuilder(config)
                .sslContext(keys, trust)
                .build();
    }

    private static ClientConfigException badUrl(String url, @Nullable Throwable cause) {
        String message = "The API server's address \"" + url + "\" is not a URL: write https://HOST:PORT in --master"
                + " or in the kubeconfig's server";
        return cause == null ? new ClientConfigException(message) : new ClientConfigException(message, cause);
    }

    static String rootMessage(Throwable e) {
        Throwable root = e;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return root.getMessage() == null ? root.getClass().getSimpleName() : root.getMessage();
    }

    /** Decided here: fabric8 lets the environment override a kubeconfig, and refuses much of what NO_PROXY may hold. */
    private void proxy(Config config, String proxyUrl) throws ClientConfigException {
        Optional<URI> proxy = ApiProxy.choose(server(config), proxyUrl, environment);
        config.setNoProxy(new String[0]);
        config.setHttpProxy(proxy.map(URI::toString).orElse(null));
        config.setHttpsProxy(proxy.map(URI::toString).orElse(null));
    }
}
