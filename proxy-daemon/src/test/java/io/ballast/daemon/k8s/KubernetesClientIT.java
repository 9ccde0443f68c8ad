package io.ballast.daemon.k8s;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ballast.daemon.testing.TestApiServer;
import io.ballast.daemon.testing.TestCertificates;
import io.ballast.daemon.testing.TestRequest;
import io.ballast.daemon.testing.TunnelProxy;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Credentials and addresses, against a server with TLS. */
class KubernetesClientIT {
    private static final Duration LIMIT = Duration.ofSeconds(10);

    @TempDir
    static Path keys;

    private static TestCertificates certificates;
    private static TestApiServer server;

    @TempDir
    Path directory;

    @BeforeAll
    static void startServer() {
        certificates = TestCertificates.in(keys);
        server = new TestApiServer(certificates.serverContext()).start();
    }

    @AfterAll
    static void stopServer() {
        server.close();
    }

    @BeforeEach
    void forget() {
        server.requests().clear();
        server.requireToken("");
    }

    private Path file(String name, String content) throws IOException {
        return Files.writeString(directory.resolve(name), content);
    }

    private Path kubeconfig(String url, String cluster, String user) throws IOException {
        return kubeconfig("{server: \"" + url + "\"" + (cluster.isEmpty() ? "" : ", " + cluster) + "}", user);
    }

    private Path kubeconfig(String cluster, String user) throws IOException {
        return file("kubeconfig", """
                apiVersion: v1
                kind: Config
                clusters:
                - name: default
                  cluster: %s
                contexts:
                - name: default
                  context: {cluster: default, namespace: default, user: default}
                current-context: default
                users:
                - name: default
                  user:
                    %s
                """.formatted(cluster, user));
    }

    private static ClientSettings settings(String kubeconfig, String master) {
        return new ClientSettings(kubeconfig, master, 5, 10, "");
    }

    private static KubernetesClientFactory factory() {
        return new KubernetesClientFactory(Map.of(), Path.of("/nonexistent"));
    }

    private static ApiConnection connect(Path kubeconfig) throws ClientConfigException {
        return factory().connect(settings(kubeconfig.toString(), ""), (method, host, code, took) -> {});
    }

    private static void list(ApiConnection api) throws IOException, InterruptedException {
        try (InputStream in = api.openList("/api/v1/services?limit=1", LIMIT, LIMIT)) {
            assertThat(new String(in.readAllBytes(), StandardCharsets.UTF_8)).contains("\"items\"");
        }
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    private static TestRequest lastRequest() {
        return server.requests().get(server.requests().size() - 1);
    }

    @Test
    void usesTheFilesOfAKubeconfigAsKubeadmWritesIt() throws Exception {
        file("ca.crt", certificates.caPem());
        file("token", "first\n");
        server.requireToken("first");
        try (ApiConnection api =
                connect(kubeconfig(server.url(), "certificate-authority: ca.crt", "tokenFile: token"))) {
            list(api);
            assertThat(lastRequest().headers()).containsEntry("authorization", "Bearer first");

            file("token", "second\n");
            server.requireToken("second");
            list(api);
            assertThat(lastRequest().headers()).containsEntry("authorization", "Bearer second");
        }
    }

    @Test
    void usesATokenInTheKubeconfigAndReadsItAgainWhenItIsRefused() throws Exception {
        String ca = "certificate-authority-data: " + base64(certificates.caPem());
        server.requireToken("old");
        try (ApiConnection api = connect(kubeconfig(server.url(), ca, "token: old"))) {
            list(api);
            server.requireToken("new");
            kubeconfig(server.url(), ca, "token: new");
            for (int attempt = 0;
                    attempt < 2 && !"Bearer new".equals(lastRequest().headers().get("authorization"));
                    attempt++) {
                try {
                    list(api);
                } catch (ApiException e) {
                    assertThat(e.code()).isEqualTo(401);
                }
            }
            list(api);
        }
    }

    @Test
    void presentsAClientCertificate() throws Exception {
        file("ca.crt", certificates.caPem());
        file("client.crt", certificates.clientPem());
        file("client.key", certificates.clientKeyPem());
        try (ApiConnection api = connect(kubeconfig(
                server.url(),
                "certificate-authority: ca.crt",
                "{client-certificate: client.crt, client-key: client.key}"))) {
            list(api);
        }
        assertThat(lastRequest().clientCertificate()).isEqualTo("CN=system:kube-proxy");
    }

    @Test
    void runsACredentialPlugin() throws Exception {
        file("ca.crt", certificates.caPem());
        Path plugin = file("plugin", """
                #!/bin/sh
                echo '{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{"token":"made"}}'
                """);
        assertThat(plugin.toFile().setExecutable(true)).isTrue();
        server.requireToken("made");
        try (ApiConnection api = connect(kubeconfig(
                server.url(),
                "certificate-authority: ca.crt",
                "{exec: {apiVersion: client.authentication.k8s.io/v1, command: " + plugin
                        + ", interactiveMode: Never}}"))) {
            list(api);
        }
    }

    @Test
    void refusesAServerOfAnotherAuthority() throws Exception {
        try (ApiConnection api = connect(kubeconfig(server.url(), "insecure-skip-tls-verify: false", "{}"))) {
            assertThatThrownBy(() -> list(api)).isInstanceOf(SSLException.class);
        }
    }

    @Test
    void refusesACertificateForAnotherName() throws Exception {
        file("ca.crt", certificates.caPem());
        String otherName = server.url().replace("127.0.0.1", "localhost");
        try (ApiConnection api = connect(kubeconfig(otherName, "certificate-authority: ca.crt", "{}"))) {
            assertThatThrownBy(() -> list(api))
                    .isInstanceOf(SSLException.class)
                    .hasStackTraceContaining("No name matching localhost");
        }
    }

    @Test
    void prefersTheMasterFlagOverTheKubeconfigsServer() throws Exception {
        file("ca.crt", certificates.caPem());
        Path kubeconfig = kubeconfig("https://192.0.2.1:6443", "certificate-authority: ca.crt", "token: t");
        try (ApiConnection api = factory()
                .connect(settings(kubeconfig.toString(), server.url() + "/"), (method, host, code, took) -> {})) {
            list(api);
            assertThat(api.server()).hasToString(server.url());
        }
        assertThat(lastRequest().headers()).containsEntry("authorization", "Bearer t");
    }

    @Test
    void usesTheServiceAccountWhereTheAddressIsNotOurs() throws Exception {
        file("ca.crt", certificates.caPem());
        file("token", "account");
        server.requireToken("account");
        String port = server.url().substring(server.url().lastIndexOf(':') + 1);
        Map<String, String> pod = Map.of(
                "KUBERNETES_SERVICE_HOST", "127.0.0.1",
                "KUBERNETES_SERVICE_PORT", port,
                "KUBERNETES_PORT_443_TCP_ADDR", "10.96.0.1");
        try (ApiConnection api = new KubernetesClientFactory(pod, directory)
                .connect(settings("", ""), (method, host, code, took) -> {})) {
            list(api);
        }
    }

    /** The kubelet writes new tokens; how long the API server honours the old one is its own affair. */
    @Test
    void takesTheServiceAccountsNewTokenAsSoonAsItIsThere() throws Exception {
        file("ca.crt", certificates.caPem());
        file("token", "old");
        server.requireToken("new");
        String port = server.url().substring(server.url().lastIndexOf(':') + 1);
        Map<String, String> pod = Map.of("KUBERNETES_SERVICE_HOST", "127.0.0.1", "KUBERNETES_SERVICE_PORT", port);
        try (ApiConnection api = new KubernetesClientFactory(pod, directory)
                .connect(settings("", ""), (method, host, code, took) -> {})) {
            assertThatThrownBy(() -> list(api)).isInstanceOf(ApiException.class).hasMessageStartingWith("401");
            file("token", "new");
            list(api);
        }
    }

    @Test
    void readsTheAuthoritiesAgainWhenTheServerHasANewOne(@TempDir Path otherKeys) throws Exception {
        TestCertificates renewed = TestCertificates.in(otherKeys);
        file("ca.crt", certificates.caPem());
        try (TestApiServer successor = new TestApiServer(renewed.serverContext()).start();
                ApiConnection api = connect(kubeconfig(successor.url(), "certificate-authority: ca.crt", "{}"))) {
            assertThatThrownBy(() -> list(api)).isInstanceOf(SSLException.class);
            file("ca.crt", certificates.caPem() + renewed.caPem());
            assertThatThrownBy(() -> list(api)).isInstanceOf(SSLException.class);
            list(api);
        }
    }

    @Test
    void goesThroughTheKubeconfigsProxy() throws Exception {
        file("ca.crt", certificates.caPem());
        try (TunnelProxy proxy = new TunnelProxy()) {
            String cluster = "{server: \"%s\", certificate-authority: ca.crt, proxy-url: \"http://us%%40er:pass@%s\"}"
                    .formatted(server.url(), proxy.address());
            try (ApiConnection api = connect(kubeconfig(cluster, "{}"))) {
                list(api);
            }
            assertThat(proxy.heads())
                    .singleElement()
                    .asString()
                    .startsWith("CONNECT " + server.url().substring("https://".length()) + " HTTP/1.1")
                    .contains("Proxy-Authorization: Basic " + base64("us@er:pass"));
        }
        assertThat(lastRequest().headers()).doesNotContainKey("proxy-authorization");
    }

    @Test
    void refusesTheServiceAccountsAddressWhenItIsOursToServe() throws Exception {
        file("token", "account");
        file("ca.crt", certificates.caPem());
        Map<String, String> pod = Map.of(
                "KUBERNETES_SERVICE_HOST", "10.96.0.1",
                "KUBERNETES_SERVICE_PORT", "443",
                "KUBERNETES_PORT_443_TCP_ADDR", "10.96.0.1");
        KubernetesClientFactory inPod = new KubernetesClientFactory(pod, directory);

        assertThatThrownBy(() -> inPod.connect(settings("", ""), (method, host, code, took) -> {}))
                .isInstanceOf(ClientConfigException.class)
                .hasMessageContaining("https://10.96.0.1:443")
                .hasMessageContaining("--master")
                .hasMessageContaining("--kubeconfig");
        ClientSettings someServicesOnly = new ClientSettings("", "", 5, 10, "ballast");
        inPod.connect(someServicesOnly, (method, host, code, took) -> {}).close();
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
        assertThatThrownBy(() -> connect(directory.resolve("absent")))
                .isInstanceOf(ClientConfigException.class)
                .hasMessageContaining("absent does not exist")
                .hasMessageContaining("--kubeconfig");
        assertThatThrownBy(() -> connect(file("broken", "clusters: [")))
                .isInstanceOf(ClientConfigException.class)
                .hasMessageContaining("broken cannot be used");
        assertThatThrownBy(() -> connect(file("empty", "apiVersion: v1\nkind: Config\n")))
                .isInstanceOf(ClientConfigException.class)
                .hasMessageContaining("current-context");
        Path badKey = kubeconfig(server.url(), "certificate-authority: nowhere.crt", "{}");
        assertThatThrownBy(() -> connect(badKey))
                .isInstanceOf(ClientConfigException.class)
                .hasMessageContaining("certificate");
    }

    /** As with kubectl and kube-proxy, the scheme may be left out. */
    @Test
    void addsTheSchemeToAMasterWithoutOne() throws Exception {
        file("ca.crt", certificates.caPem());
        Path withCertificate = kubeconfig("https://192.0.2.1", "certificate-authority: ca.crt", "{}");

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
