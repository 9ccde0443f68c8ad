package io.ballast.daemon.k8s;

import static org.assertj.core.api.Assertions.assertThat;

import io.ballast.daemon.testing.TestApiServer;
import io.ballast.daemon.testing.TestCertificates;
import io.ballast.daemon.testing.TestRequest;
import io.ballast.netty.testing.Resources;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * An API server with TLS that all tests of a class share, and, in a directory, the files that lead to it; each test finds
 * the directory empty, and a server without requests, that wants no token. Confined to one thread.
 */
final class SecureServer implements BeforeEachCallback, AfterAllCallback {
    private static final Duration LIMIT = Duration.ofSeconds(10);

    private final Resources opened = new Resources();
    private final TestCertificates certificates = TestCertificates.in(opened.directory());
    private final TestApiServer server = opened.keep(new TestApiServer(certificates.serverContext()).start());
    private final Path directory = opened.directory();

    TestCertificates certificates() {
        return certificates;
    }

    TestApiServer server() {
        return server;
    }

    String url() {
        return server.url();
    }

    Path directory() {
        return directory;
    }

    /** Writes one of the files. */
    Path file(String name, String content) throws IOException {
        return Files.writeString(directory.resolve(name), content);
    }

    Path kubeconfig(String url, String cluster, String user) throws IOException {
        return kubeconfig("{server: \"" + url + "\"" + (cluster.isEmpty() ? "" : ", " + cluster) + "}", user);
    }

    Path kubeconfig(String cluster, String user) throws IOException {
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

    static ClientSettings settings(String kubeconfig, String master) {
        return new ClientSettings(kubeconfig, master, 5, 10, "");
    }

    static KubernetesClientFactory factory() {
        return new KubernetesClientFactory(Map.of(), Path.of("/nonexistent"));
    }

    static ApiConnection connect(Path kubeconfig) throws ClientConfigException {
        return factory().connect(settings(kubeconfig.toString(), ""), (method, host, code, took) -> {});
    }

    /** Asks for a list, as the source does. */
    static void list(ApiConnection api) throws IOException, InterruptedException {
        try (InputStream in = api.openList("/api/v1/services?limit=1", LIMIT, LIMIT)) {
            assertThat(new String(in.readAllBytes(), StandardCharsets.UTF_8)).contains("\"items\"");
        }
    }

    static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    TestRequest lastRequest() {
        return server.requests().get(server.requests().size() - 1);
    }

    @Override
    public void beforeEach(ExtensionContext context) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        server.requests().clear();
        server.requireToken("");
    }

    @Override
    public void afterAll(ExtensionContext context) throws Exception {
        opened.close();
    }
}
