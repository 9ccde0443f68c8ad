package io.ballast.daemon.k8s;

import static io.ballast.daemon.k8s.SecureServer.base64;
import static io.ballast.daemon.k8s.SecureServer.connect;
import static io.ballast.daemon.k8s.SecureServer.list;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ballast.daemon.testing.TestApiServer;
import io.ballast.daemon.testing.TestCertificates;
import java.nio.file.Path;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** How the API server and its client prove who they are, over TLS. */
class KubernetesCredentialsIT {
    @RegisterExtension
    static final SecureServer secure = new SecureServer();

    @Test
    void usesTheFilesOfAKubeconfigAsKubeadmWritesIt() throws Exception {
        secure.file("ca.crt", secure.certificates().caPem());
        secure.file("token", "first\n");
        secure.server().requireToken("first");
        try (ApiConnection api =
                connect(secure.kubeconfig(secure.url(), "certificate-authority: ca.crt", "tokenFile: token"))) {
            list(api);
            assertThat(secure.lastRequest().headers()).containsEntry("authorization", "Bearer first");

            secure.file("token", "second\n");
            secure.server().requireToken("second");
            list(api);
            assertThat(secure.lastRequest().headers()).containsEntry("authorization", "Bearer second");
        }
    }

    @Test
    void usesATokenInTheKubeconfigAndReadsItAgainWhenItIsRefused() throws Exception {
        String ca =
                "certificate-authority-data: " + base64(secure.certificates().caPem());
        secure.server().requireToken("old");
        try (ApiConnection api = connect(secure.kubeconfig(secure.url(), ca, "token: old"))) {
            list(api);
            secure.server().requireToken("new");
            secure.kubeconfig(secure.url(), ca, "token: new");
            for (int attempt = 0;
                    attempt < 2
                            && !"Bearer new"
                                    .equals(secure.lastRequest().headers().get("authorization"));
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
        secure.file("ca.crt", secure.certificates().caPem());
        secure.file("client.crt", secure.certificates().clientPem());
        secure.file("client.key", secure.certificates().clientKeyPem());
        try (ApiConnection api = connect(secure.kubeconfig(
                secure.url(),
                "certificate-authority: ca.crt",
                "{client-certificate: client.crt, client-key: client.key}"))) {
            list(api);
        }
        assertThat(secure.lastRequest().clientCertificate()).isEqualTo("CN=system:kube-proxy");
    }

    @Test
    void runsACredentialPlugin() throws Exception {
        secure.file("ca.crt", secure.certificates().caPem());
        Path plugin = secure.file("plugin", """
                #!/bin/sh
                echo '{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{"token":"made"}}'
                """);
        assertThat(plugin.toFile().setExecutable(true)).isTrue();
        secure.server().requireToken("made");
        try (ApiConnection api = connect(secure.kubeconfig(
                secure.url(),
                "certificate-authority: ca.crt",
                "{exec: {apiVersion: client.authentication.k8s.io/v1, command: " + plugin
                        + ", interactiveMode: Never}}"))) {
            list(api);
        }
    }

    @Test
    void refusesAServerOfAnotherAuthority() throws Exception {
        try (ApiConnection api = connect(secure.kubeconfig(secure.url(), "insecure-skip-tls-verify: false", "{}"))) {
            assertThatThrownBy(() -> list(api)).isInstanceOf(SSLException.class);
        }
    }

    @Test
    void refusesACertificateForAnotherName() throws Exception {
        secure.file("ca.crt", secure.certificates().caPem());
        String otherName = secure.url().replace("127.0.0.1", "localhost");
        try (ApiConnection api = connect(secure.kubeconfig(otherName, "certificate-authority: ca.crt", "{}"))) {
            assertThatThrownBy(() -> list(api))
                    .isInstanceOf(SSLException.class)
                    .hasStackTraceContaining("No name matching localhost");
        }
    }

    @Test
    void readsTheAuthoritiesAgainWhenTheServerHasANewOne(@TempDir Path otherKeys) throws Exception {
        TestCertificates renewed = TestCertificates.in(otherKeys);
        secure.file("ca.crt", secure.certificates().caPem());
        try (TestApiServer successor = new TestApiServer(renewed.serverContext()).start();
                ApiConnection api =
                        connect(secure.kubeconfig(successor.url(), "certificate-authority: ca.crt", "{}"))) {
            assertThatThrownBy(() -> list(api)).isInstanceOf(SSLException.class);
            secure.file("ca.crt", secure.certificates().caPem() + renewed.caPem());
            assertThatThrownBy(() -> list(api)).isInstanceOf(SSLException.class);
            list(api);
        }
    }
}
