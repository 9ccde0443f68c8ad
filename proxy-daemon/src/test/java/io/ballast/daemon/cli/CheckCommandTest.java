package io.ballast.daemon.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.ballast.core.model.HostAddresses;
import io.ballast.core.model.IpAddress;
import io.ballast.core.scheduling.SchedulerRegistry;
import io.ballast.daemon.config.ConfigLoader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@code ballast check} prints, and its exit code: on a host with the addresses 127.0.0.1 and 192.0.2.1. */
class CheckCommandTest {
    private static final String GOOD = """
            apiVersion: v1
            kind: Service
            metadata: {name: web, namespace: shop}
            spec:
              type: NodePort
              clusterIP: 10.96.0.10
              ports: [{name: http, port: 80, nodePort: 30080}]
            ---
            apiVersion: discovery.k8s.io/v1
            kind: EndpointSlice
            metadata: {name: web-1, namespace: shop, labels: {kubernetes.io/service-name: web}}
            addressType: IPv4
            ports: [{name: http, port: 8080}]
            endpoints: [{addresses: [10.244.0.3]}, {addresses: [10.244.0.4]}]
            """;

    @TempDir
    Path directory;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int check(String standardInput, String... arguments) {
        SchedulerRegistry schedulers = SchedulerRegistry.load(CheckCommandTest.class.getClassLoader());
        ConfigLoader loader = new ConfigLoader(() -> "host-a", schedulers.names());
        InputStream in = new ByteArrayInputStream(standardInput.getBytes(StandardCharsets.UTF_8));
        HostAddresses addresses = HostAddresses.of(Set.of(IpAddress.parse("127.0.0.1"), IpAddress.parse("192.0.2.1")));
        CheckCommand command = new CheckCommand(() -> loader, schedulers, () -> addresses, in);
        String[] all = new String[arguments.length + 1];
        all[0] = "check";
        System.arraycopy(arguments, 0, all, 1, arguments.length);
        return new Cli(
                        () -> loader,
                        loaded -> {
                            throw new AssertionError("no daemon is started");
                        },
                        () -> command)
                .withOutput(new PrintWriter(out, true), new PrintWriter(err, true))
                .execute(all);
    }

    private String write(String name, String text) throws IOException {
        Path file = directory.resolve(name);
        Files.createDirectories(Objects.requireNonNull(file.getParent()));
        return Files.writeString(file, text).toString();
    }

    private static String service(String name, String more) {
        return "---\napiVersion: v1\nkind: Service\nmetadata: {name: " + name + ", namespace: shop}\nspec:\n"
                + "  clusterIP: 10.96.1.1\n  ports: [{name: http, port: 80}]\n" + more + "\n";
    }

    @Test
    void showsFrontendsSchedulersAndEndpoints() throws IOException {
        assertThat(check("", write("web.yaml", GOOD))).isZero();

        assertThat(out.toString()).isEqualTo("""
                SERVICE   PORT  KIND       FRONTEND                             STATE    REASON  SCHEDULER  ENDPOINTS
                shop/web  http  ClusterIP  10.96.0.10:80/TCP                    serving  -       rr         10.244.0.3:8080,10.244.0.4:8080
                shop/web  http  NodePort   127.0.0.1:30080,192.0.2.1:30080/TCP  serving  -       rr         10.244.0.3:8080,10.244.0.4:8080
                """);
        assertThat(err.toString()).isEmpty();
    }

    @Test
    void readsStandardInputAndWritesJson() throws IOException {
        assertThat(check(GOOD + "---\nkind: Servce\nmetadata: {name: typo}\n", "-o", "json", "-"))
                .isZero();

        JsonNode answer = new ObjectMapper().readTree(out.toString());
        assertThat(answer.at("/services/0/name").asText()).isEqualTo("web");
        assertThat(answer.at("/services/0/ports/0/frontends")).hasSize(3);
        assertThat(answer.at("/services/0/ports/0/endpoints")).hasSize(2);
        assertThat(answer.at("/findings/0/severity").asText()).isEqualTo("note");
        assertThat(answer.at("/findings/0/place").asText()).isEqualTo("stdin:16 (document 3)");
        assertThat(answer.path("errors").asInt()).isZero();
    }

    @Test
    void walksDirectoriesButNotHiddenOnes() throws IOException {
        write("b/web.yml", GOOD);
        write("a.yaml", service("other", ""));
        write("..data/web.yaml", GOOD);
        write("notes.txt", "not: [yaml");

        assertThat(check("", directory.toString())).isZero();
        assertThat(out.toString()).contains("shop/web", "shop/other");
        assertThat(err.toString()).isEmpty();
    }

    @Test
    void usesTheConfigurationAmongTheFilesForTheManifests() throws IOException {
        String config = write("config.conf", """
                apiVersion: kubeproxy.config.k8s.io/v1alpha1
                kind: KubeProxyConfiguration
                nodePortAddresses: [192.0.2.0/24]
                ipvs: {strictARP: true}
                ---
                apiVersion: ballast.io/v1alpha1
                kind: BallastConfiguration
                scheduler: lc
                """);

        assertThat(check("", write("web.yaml", GOOD), config)).isZero();

        assertThat(out.toString())
                .startsWith("Configuration can be used: " + config + "\n")
                .contains("  192.0.2.1:30080/TCP  ", "  lc  ")
                .doesNotContain("127.0.0.1:30080", " rr ");
        assertThat(err.toString()).contains("ipvs.strictARP").contains("0 errors, 0 warnings");
    }

    @Test
    void readsTheConfigurationInsideKubeadmsConfigMap() throws IOException {
        String kubeadm;
        try (InputStream in = Objects.requireNonNull(
                CheckCommandTest.class.getResourceAsStream("/io/ballast/daemon/config/kubeadm-config.conf"))) {
            kubeadm = new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
        String map = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: kube-proxy, namespace: kube-system}\n"
                + "data:\n  config.conf: |-\n" + kubeadm.indent(4);

        assertThat(check(map, "-")).isZero();
        assertThat(out.toString()).isEqualTo("Configuration can be used: stdin:1 (document 1), data[config.conf]\n");
        assertThat(err.toString()).isEmpty();

        assertThat(check(map.replace("mode: \"\"", "mode: magic"), "-")).isEqualTo(2);
        assertThat(err.toString()).contains("data[config.conf]: line ", ": mode: \"magic\" is not known");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "apiVersion: kubeproxy.config.k8s.io/v1alpha1\nkind: KubeProxyConfiguration\noomScoreAdj: 5000\n",
                "apiVersion: kubeproxy.config.k8s.io/v1beta9\nkind: KubeProxyConfiguration\n",
                "apiVersion: ballast.io/v1alpha1\nkind: BallastConfiguration\nconnectAttempts: 50\n",
                "apiVersion: ballast.io/v1alpha1\nkind: BallastConfiguration\nscheduler: fastest\n",
                "{\"apiVersion\": \"ballast.io/v1alpha1\", \"kind\": \"BallastConfiguration\", \"mark\": [}",
                "kind: KubeProxyConfiguration\n  mode: [\n"
            })
    void endsWithTwoOnAConfigurationThatCannotBeUsed(String text) {
        assertThat(check(text, "-")).isEqualTo(2);
        assertThat(out.toString()).isEmpty();
        assertThat(err.toString()).startsWith("error: ").contains("stdin").endsWith("1 error, 0 warnings\n");
    }

    @Test
    void endsWithTwoOnAFileThatIsNotThere() {
        assertThat(check("", directory.resolve("none.yaml").toString())).isEqualTo(2);
        assertThat(err.toString()).contains("none.yaml: error: no such file");
    }

    @ParameterizedTest
    @ValueSource(strings = {"-o=xml", "--no-such-option", "--hostname-override= "})
    void endsWithTwoOnWrongUsage(String argument) {
        assertThat(check(GOOD, argument, "-")).isEqualTo(2);
        assertThat(err.toString()).contains("Run 'ballast check --help' for usage.");
    }

    @Test
    void endsWithTwoWithoutFiles() {
        assertThat(check("")).isEqualTo(2);
        assertThat(err.toString()).contains("FILE");
    }
}
