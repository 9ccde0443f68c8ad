package io.ballast.daemon.k8s;

import static io.ballast.daemon.k8s.SecureServer.list;
import static io.ballast.daemon.k8s.SecureServer.settings;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The way to the API that each pod has, and where it must not be taken. */
class ServiceAccountIT {
    @RegisterExtension
    static final SecureServer secure = new SecureServer();

    @Test
    void usesTheServiceAccountWhereTheAddressIsNotOurs() throws Exception {
        secure.file("ca.crt", secure.certificates().caPem());
        secure.file("token", "account");
        secure.server().requireToken("account");
        String port = secure.url().substring(secure.url().lastIndexOf(':') + 1);
        Map<String, String> pod = Map.of(
                "KUBERNETES_SERVICE_HOST", "127.0.0.1",
                "KUBERNETES_SERVICE_PORT", port,
                "KUBERNETES_PORT_443_TCP_ADDR", "10.96.0.1");
        try (ApiConnection api = new KubernetesClientFactory(pod, secure.directory())
                .connect(settings("", ""), (method, host, code, took) -> {})) {
            list(api);
        }
    }

    /** The kubelet writes new tokens; how long the API server honours the old one is its own affair. */
    @Test
    void takesTheServiceAccountsNewTokenAsSoonAsItIsThere() throws Exception {
        secure.file("ca.crt", secure.certificates().caPem());
        secure.file("token", "old");
        secure.server().requireToken("new");
        String port = secure.url().substring(secure.url().lastIndexOf(':') + 1);
        Map<String, String> pod = Map.of("KUBERNETES_SERVICE_HOST", "127.0.0.1", "KUBERNETES_SERVICE_PORT", port);
        try (ApiConnection api = new KubernetesClientFactory(pod, secure.directory())
                .connect(settings("", ""), (method, host, code, took) -> {})) {
            assertThatThrownBy(() -> list(api)).isInstanceOf(ApiException.class).hasMessageStartingWith("401");
            secure.file("token", "new");
            list(api);
        }
    }

    @Test
    void refusesTheServiceAccountsAddressWhenItIsOursToServe() throws Exception {
        secure.file("token", "account");
        secure.file("ca.crt", secure.certificates().caPem());
        Map<String, String> pod = Map.of(
                "KUBERNETES_SERVICE_HOST", "10.96.0.1",
                "KUBERNETES_SERVICE_PORT", "443",
                "KUBERNETES_PORT_443_TCP_ADDR", "10.96.0.1");
        KubernetesClientFactory inPod = new KubernetesClientFactory(pod, secure.directory());

        assertThatThrownBy(() -> inPod.connect(settings("", ""), (method, host, code, took) -> {}))
                .isInstanceOf(ClientConfigException.class)
                .hasMessageContaining("https://10.96.0.1:443")
                .hasMessageContaining("--master")
                .hasMessageContaining("--kubeconfig");
        ClientSettings someServicesOnly = new ClientSettings("", "", 5, 10, "ballast");
        inPod.connect(someServicesOnly, (method, host, code, took) -> {}).close();
    }
}
