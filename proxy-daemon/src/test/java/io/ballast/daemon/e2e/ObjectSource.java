package io.ballast.daemon.e2e;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ballast.daemon.testing.TestApiServer;
import io.ballast.daemon.testing.TestCertificates;
import io.ballast.netty.testing.Machine;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import org.yaml.snakeyaml.Yaml;

/** The two kinds of source that Ballast can follow, fed with the same manifests. */
enum ObjectSource {
    /** {@code --source-dir}. */
    DIRECTORY {
        @Override
        Feed open(Machine node, Path directory) {
            return new Feed() {
                @Override
                public void put(String name, String manifests) throws IOException {
                    Manifest.write(directory, name, manifests);
                }

                @Override
                public List<String> flags() {
                    return List.of("--source-dir=" + directory);
                }

                @Override
                public void close() {}
            };
        }
    },
    /** An API server on the node's own loopback address, with TLS and a bearer token, named by a kubeconfig. */
    KUBERNETES {
        @Override
        Feed open(Machine node, Path directory) throws Exception {
            TestCertificates certificates = TestCertificates.in(directory);
            TestApiServer server = new TestApiServer(certificates.serverContext());
            server.requireToken(TOKEN);
            node.run(server::start);
            Path kubeconfig = directory.resolve("kubeconfig");
            Files.writeString(
                    kubeconfig,
                    KUBECONFIG.formatted(
                            server.url(),
                            Base64.getEncoder()
                                    .encodeToString(certificates.caPem().getBytes(StandardCharsets.UTF_8)),
                            TOKEN));
            return new Feed() {
                @Override
                public void put(String name, String manifests) {
                    new Yaml().loadAll(manifests).forEach(document -> server.put(object(document)));
                }

                @Override
                public List<String> flags() {
                    return List.of("--kubeconfig=" + kubeconfig);
                }

                @Override
                public void close() {
                    server.close();
                }
            };
        }
    };

    private static final String TOKEN = "secret";
    private static final String KUBECONFIG = """
            apiVersion: v1
            kind: Config
            clusters: [{name: default, cluster: {server: "%s", certificate-authority-data: %s}}]
            contexts: [{name: default, context: {cluster: default, user: default}}]
            current-context: default
            users: [{name: default, user: {token: %s}}]
            """;
    private static final ObjectMapper JSON = new ObjectMapper();

    /** An open source. Confined to one thread. */
    interface Feed extends AutoCloseable {
        /** Creates or replaces the objects of these YAML documents, which go by this name together. */
        void put(String name, String manifests) throws IOException;

        /** Flags that lead Ballast here. */
        List<String> flags();

        @Override
        void close();
    }

    /** Opens it for a daemon on this node; the directory is the test's and empty. */
    abstract Feed open(Machine node, Path directory) throws Exception;

    private static ObjectNode object(Object document) {
        ObjectNode object = JSON.valueToTree(document);
        if (!object.path("kind").asText().equals("Node")) {
            object.withObject("/metadata").put("namespace", "default");
        }
        return object;
    }
}
