package io.ballast.daemon.k8s;

import static io.ballast.daemon.k8s.SecureServer.base64;
import static io.ballast.daemon.k8s.SecureServer.connect;
import static io.ballast.daemon.k8s.SecureServer.factory;
import static io.ballast.daemon.k8s.SecureServer.list;
import static io.ballast.daemon.k8s.SecureServer.settings;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ballast.daemon.testing.TunnelProxy;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Which address is dialled, which way, and what is said where none can be. */
class KubernetesClientIT {
    @RegisterExtension
    static final SecureServer secure = new SecureServer();

    @Test
    void prefersTheMasterFlagOverTheKubeconfigsServer() throws Exception {
        secure.file("ca.crt", secure.certificates().caPem());
        Path kubeconfig = secure.kubeconfig("https://192.0.2.1:6443", "certificate-authority: ca.crt", "token: t");
        try (ApiConnection api = factory()
                .connect(settings(kubeconfig.toString(), secure.url() + "/"), (method, host, code, took) -> {})) {
            list(api);
            assertThat(api.server()).hasToString(secure.url());
        }
        assertThat(secure.lastRequest().headers()).containsEntry("authorization", "Bearer t");
    }

    @Test
    void goesThroughTheKubeconfigsProxy() throws Exception {
        secure.file("ca.crt", secure.certificates().caPem());
        try (TunnelProxy proxy = new TunnelProxy()) {
            String cluster = "{server: \"%s\", certificate-authority: ca.crt, proxy-url: \"http://us%%40er:pass@%s\"}"
                    .formatted(secure.url(), proxy.address());
            try (ApiConnection api = connect(secure.kubeconfig(cluster, "{}"))) {
                list(api);
            }
            assertThat(proxy.heads())
                    .singleElement()
                    .asString()
                    .startsWith("CONNECT " + secure.url().substring("https://".length()) + " HTTP/1.1")
                    .contains("Proxy-Authorization: Basic " + base64("us@er:pass"));
        }
        assertThat(secure.lastRequest().headers()).doesNotContainKey("proxy-authorization");
    }

    @Test
    void saysWhatToGiveWhenThereIsNoWayToTheApi() {
        assertThatThrownBy(() -> factory().connect(settings("", ""), (method, host, code, took) -> {}))
                .isInstanceOf(ClientConfigException.class)
                .hasMessageContaining("--kubeconfig")
                .hasMessageContaining("--master")
                .hasMessageContaining("--source-dir");
    }

    @Test
    void namesAKubeconfigThatCannotBeUsed() throws IOException {
        assertThatThrownBy(() -> connect(secure.directory().resolve("absent")))
                .isInstanceOf(ClientConfigException.class)
                .hasMessageContaining("absent does not exist")
                .hasMessageContaining("--kubeconfig");
        assertThatThrownBy(() -> connect(secure.file("broken", "clusters: [")))
                .isInstanceOf(ClientConfigException.class)
                .hasMessageContaining("broken cannot be used");
        assertThatThrownBy(() -> connect(secure.file("empty", "apiVersion: v1\nkind: Config\n")))
                .isInstanceOf(ClientConfigException.class)
                .hasMessageContaining("current-context");
        Path badKey = secure.kubeconfig(secure.url(), "certificate-authority: nowhere.crt", "{}");
        assertThatThrownBy(() -> connect(badKey))
                .isInstanceOf(ClientConfigException.class)
                .hasMessageContaining("certificate");
    }

    /** As with kubectl and kube-proxy, the scheme may be left out. */
    @Test
    void addsTheSchemeToAMasterWithoutOne() throws Exception {
        secure.file("ca.crt", secure.certificates().caPem());
        Path withCertificate = secure.kubeconfig("https://192.0.2.1", "certificate-authority: ca.crt", "{}");

        assertThat(serverOf(settings("", "192.0.2.1:8080"))).isEqualTo("http://192.0.2.1:8080");
        assertThat(serverOf(settings("", "[2001:db8::1]:8080"))).isEqualTo("http://[2001:db8::1]:8080");
        assertThat(serverOf(settings(withCertificate.toString(), "api.example:6443")))
                .isEqualTo("https://api.example:6443");
    }

    private static String serverOf(ClientSettings settings) throws ClientConfigException {
        try (ApiConnection api = factory().connect(settings, (method, host, code, took) -> {})) {
            return api.server().toString();
        }
    }

    @Test
    void namesAnAddressThatIsNoUrl() {
        assertThatThrownBy(() -> factory().connect(settings("", "::"), (method, host, code, took) -> {}))
                .isInstanceOf(ClientConfigException.class)
                .hasMessageContaining("\"")
                .hasMessageContaining("--master");
    }
}
