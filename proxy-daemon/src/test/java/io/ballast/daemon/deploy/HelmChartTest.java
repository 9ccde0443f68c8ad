package io.ballast.daemon.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.marcnuri.helm.Helm;
import com.marcnuri.helm.LintResult;
import com.marcnuri.helm.TemplateCommand;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import io.fabric8.kubernetes.client.Config;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** {@code deploy/helm/ballast}, rendered by Helm's own engine. */
@EnabledOnOs(
        value = OS.LINUX,
        architectures = {"amd64", "x86_64"},
        disabledReason = "the engine's native library comes for this platform only")
class HelmChartTest {
    private static final Path CHART =
            Path.of("..", "deploy", "helm", "ballast").toAbsolutePath().normalize();

    @TempDir
    Path directory;

    private static TemplateCommand template() {
        return new Helm(CHART)
                .template()
                .withName("ballast")
                .withNamespace("kube-system")
                .withKubeVersion("1.36.0");
    }

    private static Objects render(TemplateCommand command) {
        return Objects.parse(command.call());
    }

    private TemplateCommand withValues(String values) throws Exception {
        return template().withValuesFile(Files.writeString(directory.resolve("values.yaml"), values));
    }

    @Test
    void helmFindsNothingToComplainAbout() {
        LintResult result = new Helm(CHART).lint().strict().call();

        assertThat(result.isFailed()).as(String.valueOf(result.getMessages())).isFalse();
    }

    @Test
    void isTheManifestUnlessToldOtherwise() throws Exception {
        assertThat(render(template()).trees())
                .isEqualTo(Objects.read(ManifestsTest.DIRECTORY.resolve("ballast.yaml"))
                        .trees());
    }

    @Test
    void isTheOtherManifestWithItsValues() throws Exception {
        Objects chart = render(template().withValuesFile(CHART.resolve("beside-kube-proxy.yaml")));
        Map<String, String> annotations = chart.only(DaemonSet.class)
                .getSpec()
                .getTemplate()
                .getMetadata()
                .getAnnotations();
        assertThat(annotations).containsOnlyKeys("ballast.io/config-hash");

        Map<String, Object> pod = child(chart.trees().get("DaemonSet/ballast"), "spec", "template", "metadata");
        pod.remove("annotations");
        assertThat(chart.trees())
                .isEqualTo(Objects.read(ManifestsTest.DIRECTORY.resolve("ballast-beside-kube-proxy.yaml"))
                        .trees());
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> child(Map<String, Object> tree, String... path) {
        Map<String, Object> child = tree;
        for (String name : path) {
            child = (Map<String, Object>) child.get(name);
        }
        return child;
    }

    @Test
    void takesFlagsImageAndResources() throws Exception {
        Objects chart = render(withValues("""
                image: {repository: mirror/ballast, tag: "7"}
                imagePullSecrets: [{name: mirror}]
                flags: {scheduler: lc, connect-attempts: 5, shutdown-grace-period: 60s}
                javaOptions: -Xmx300m
                terminationGracePeriodSeconds: 75
                resources: {requests: {cpu: 1}, limits: null}
                """));

        Container container = chart.container();
        assertThat(container.getImage()).isEqualTo("mirror/ballast:7");
        assertThat(container.getArgs())
                .contains("--scheduler=lc", "--connect-attempts=5", "--shutdown-grace-period=60s");
        assertThat(container.getEnv()).anySatisfy(variable -> {
            assertThat(variable.getName()).isEqualTo("BALLAST_JAVA_OPTS");
            assertThat(variable.getValue()).isEqualTo("-Xmx300m");
        });
        assertThat(container.getResources().getRequests()).containsEntry("cpu", new Quantity("1"));
        assertThat(chart.pod().getTerminationGracePeriodSeconds()).isEqualTo(75);
        assertThat(chart.pod().getImagePullSecrets())
                .singleElement()
                .extracting("name")
                .isEqualTo("mirror");
    }

    @Test
    void aConfigurationOfItsOwnRollsOut() throws Exception {
        String values = "config: {content: \"kind: KubeProxyConfiguration # %d\\n\"}\n";
        Objects one = render(withValues(values.formatted(1)));
        Objects two = render(withValues(values.formatted(2)));

        assertThat(one.only(ConfigMap.class).getData())
                .containsEntry("config.conf", "kind: KubeProxyConfiguration # 1\n");
        assertThat(one.pod().getVolumes()).anySatisfy(volume -> assertThat(volume.getConfigMap())
                .isNotNull()
                .extracting("name")
                .isEqualTo("ballast"));
        assertThat(one.only(DaemonSet.class)
                        .getSpec()
                        .getTemplate()
                        .getMetadata()
                        .getAnnotations())
                .isNotEqualTo(two.only(DaemonSet.class)
                        .getSpec()
                        .getTemplate()
                        .getMetadata()
                        .getAnnotations());
    }

    @Test
    void theDocumentedConfigurationLeadsToTheApiServer() throws Exception {
        String documentation = Files.readString(CHART.resolve("../../../docs/install.md"));
        Matcher example =
                Pattern.compile("```yaml\n(config:\n.*?)```", Pattern.DOTALL).matcher(documentation);
        assertThat(example.find()).isTrue();

        Objects chart = render(withValues(example.group(1)));

        Map<String, String> files = chart.only(ConfigMap.class).getData();
        assertThat(files.get("config.conf")).contains("kubeconfig: /etc/ballast/kubeconfig.conf\n");
        assertThat(chart.container().getVolumeMounts()).anySatisfy(mount -> {
            assertThat(mount.getName()).isEqualTo("config");
            assertThat(mount.getMountPath()).isEqualTo("/etc/ballast");
        });
        Config client = Config.fromKubeconfig(files.get("kubeconfig.conf"));
        assertThat(client.getMasterUrl()).startsWith("https://192.0.2.1:6443");
        assertThat(client.getCaCertFile()).isEqualTo("/var/run/secrets/kubernetes.io/serviceaccount/ca.crt");
        assertThat(files.get("kubeconfig.conf"))
                .contains("tokenFile: /var/run/secrets/kubernetes.io/serviceaccount/token\n");
    }

    @Test
    void monitorsLikeTheManifest() throws Exception {
        Objects chart = render(template().set("serviceMonitor.enabled", true));
        Objects manifest = Objects.read(Path.of("..", "deploy", "monitoring", "service-monitor.yaml"));

        assertThat(chart.trees()).containsAllEntriesOf(manifest.trees());
        assertThat(manifest.trees()).hasSize(2);
    }
}
