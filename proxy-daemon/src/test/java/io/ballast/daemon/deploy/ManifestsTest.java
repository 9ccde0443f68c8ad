package io.ballast.daemon.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import io.ballast.core.model.AddressPort;
import io.ballast.daemon.cli.Cli;
import io.ballast.daemon.config.ConfigLoader;
import io.ballast.daemon.config.LoadedConfig;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.HTTPGetAction;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Probe;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import io.fabric8.kubernetes.api.model.rbac.ClusterRoleBinding;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code deploy/manifests} starts a Ballast that understands its flags and answers its probes. */
class ManifestsTest {
    static final Path DIRECTORY = Path.of("..", "deploy", "manifests");
    private static final String REPLACING = "ballast.yaml";
    private static final String BESIDE = "ballast-beside-kube-proxy.yaml";
    private static final Path OPERATIONS = Path.of("..", "docs", "operations.md");
    /** In seconds: what the daemon takes, beyond the grace period, to let go of everything. */
    private static final long CLOSING = 10;

    @TempDir
    Path directory;

    @ParameterizedTest
    @ValueSource(strings = {REPLACING, BESIDE})
    void everyFieldIsOneOfTheApi(String file) throws Exception {
        List<HasMetadata> objects = Objects.read(DIRECTORY.resolve(file)).typed();
        assertThat(objects).hasSizeGreaterThanOrEqualTo(3);
        for (HasMetadata object : objects) {
            assertThat(UnknownFields.of(object)).isEmpty();
        }
    }

    @Test
    void runsWithTheConfigurationOfKubeadm() throws Exception {
        Objects objects = Objects.read(DIRECTORY.resolve(REPLACING));

        LoadedConfig loaded = load(objects.container(), kubeadmConfiguration());

        assertThat(loaded.config().nodeName()).isEqualTo("node-7");
        assertThat(loaded.config().kubernetesApi().kubeconfig())
                .isEqualTo(mount(objects, "config").resolve("kubeconfig.conf"));
        assertThat(loaded.config().ballast().serviceProxyName()).isEmpty();
        assertFits(objects, loaded);
    }

    @Test
    void runsBesideKubeProxyOnPortsOfItsOwn() throws Exception {
        Objects objects = Objects.read(DIRECTORY.resolve(BESIDE));
        String configuration = objects.only(ConfigMap.class).getData().get("config.conf");

        LoadedConfig loaded = load(objects.container(), configuration);

        assertThat(loaded.config().nodeName()).isEqualTo("node-7");
        assertThat(loaded.config().kubernetesApi().kubeconfig()).isNull();
        assertThat(loaded.config().kubernetesApi().master()).isNull();
        assertThat(loaded.config().ballast().serviceProxyName()).isEqualTo("ballast");
        LoadedConfig kubeProxys =
                load(Objects.read(DIRECTORY.resolve(REPLACING)).container(), kubeadmConfiguration());
        assertThat(loaded.config().servers().metrics().port())
                .isNotEqualTo(kubeProxys.config().servers().metrics().port());
        assertThat(healthz(loaded).port()).isNotEqualTo(healthz(kubeProxys).port());
        assertFits(objects, loaded);
    }

    private static AddressPort healthz(LoadedConfig loaded) {
        AddressPort healthz = loaded.config().servers().healthz();
        assertThat(healthz).isNotNull();
        return healthz;
    }

    private static void assertFits(Objects objects, LoadedConfig loaded) {
        Container container = objects.container();
        assertProbe(container.getStartupProbe(), "/livez", loaded);
        assertProbe(container.getLivenessProbe(), "/livez", loaded);
        assertProbe(container.getReadinessProbe(), "/readyz", loaded);
        assertThat(objects.pod().getTerminationGracePeriodSeconds())
                .isGreaterThan(loaded.config().ballast().shutdownGracePeriod().toSeconds() + CLOSING);
    }

    /** On the host's network the kubelet asks the node's address. */
    private static void assertProbe(Probe probe, String path, LoadedConfig loaded) {
        HTTPGetAction get = probe.getHttpGet();
        assertThat(get.getPath()).isEqualTo(path);
        assertThat(get.getPort().getIntVal()).isEqualTo(healthz(loaded).port());
        assertThat(healthz(loaded).address().isUnspecified()).isTrue();
        assertThat(get.getHost()).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {REPLACING, BESIDE})
    void hasTheCapabilitiesThatAreDocumented(String file) throws Exception {
        var security = Objects.read(DIRECTORY.resolve(file)).container().getSecurityContext();
        Matcher documented = Pattern.compile("The manifests add ((?:CAP_\\w+(?:,\\s| and\\s)?)+)")
                .matcher(Files.readString(OPERATIONS));
        assertThat(documented.find()).isTrue();

        assertThat(security.getCapabilities().getAdd())
                .map(name -> "CAP_" + name)
                .containsExactly(documented.group(1).strip().split(",\\s| and\\s"));
        assertThat(security.getCapabilities().getDrop()).containsExactly("ALL");
        assertThat(security.getPrivileged()).isNull();
        assertThat(security.getAllowPrivilegeEscalation()).isFalse();
        assertThat(security.getReadOnlyRootFilesystem()).isTrue();
        assertThat(security.getSeccompProfile().getType()).isEqualTo("RuntimeDefault");
        assertThat(security.getSeLinuxOptions().getType()).isEqualTo("spc_t");
    }

    @ParameterizedTest
    @ValueSource(strings = {REPLACING, BESIDE})
    void surgesOnTheNetworkOfTheHost(String file) throws Exception {
        Objects objects = Objects.read(DIRECTORY.resolve(file));
        DaemonSet daemonSet = objects.only(DaemonSet.class);
        PodSpec pod = objects.pod();

        assertThat(pod.getHostNetwork()).isTrue();
        assertThat(pod.getDnsPolicy()).isEqualTo("Default");
        assertThat(pod.getPriorityClassName()).isEqualTo("system-node-critical");
        assertThat(pod.getTolerations()).singleElement().satisfies(all -> {
            assertThat(all.getOperator()).isEqualTo("Exists");
            assertThat(all.getKey()).isNull();
        });
        var rolling = daemonSet.getSpec().getUpdateStrategy().getRollingUpdate();
        assertThat(rolling.getMaxSurge().getIntVal()).isEqualTo(1);
        assertThat(rolling.getMaxUnavailable().getIntVal()).isZero();
        assertThat(pod.getContainers()).singleElement().satisfies(container -> assertThat(container.getPorts())
                .isEmpty());
        assertThat(daemonSet.getSpec().getTemplate().getMetadata().getLabels())
                .containsAllEntriesOf(daemonSet.getSpec().getSelector().getMatchLabels());
    }

    @ParameterizedTest
    @ValueSource(strings = {REPLACING, BESIDE})
    void namesFitTogether(String file) throws Exception {
        Objects objects = Objects.read(DIRECTORY.resolve(file));
        ServiceAccount account = objects.only(ServiceAccount.class);
        ClusterRoleBinding binding = objects.only(ClusterRoleBinding.class);

        assertThat(objects.pod().getServiceAccountName())
                .isEqualTo(account.getMetadata().getName());
        assertThat(binding.getRoleRef().getName()).isEqualTo("system:node-proxier");
        assertThat(binding.getSubjects()).singleElement().satisfies(subject -> {
            assertThat(subject.getName()).isEqualTo(account.getMetadata().getName());
            assertThat(subject.getNamespace()).isEqualTo(account.getMetadata().getNamespace());
        });
        assertThat(objects.container().getVolumeMounts())
                .extracting(VolumeMount::getName)
                .containsExactlyInAnyOrderElementsOf(
                        objects.pod().getVolumes().stream().map(Volume::getName).toList());
        assertThat(objects.container().getArgs())
                .contains("--config=" + mount(objects, "config").resolve("config.conf"));
    }

    private static Path mount(Objects objects, String volume) {
        return objects.container().getVolumeMounts().stream()
                .filter(mount -> mount.getName().equals(volume))
                .map(mount -> Path.of(mount.getMountPath()))
                .findFirst()
                .orElseThrow();
    }

    /** What the container's command line makes of a configuration file. */
    private LoadedConfig load(Container container, String configuration) throws IOException {
        Path file = Files.writeString(directory.resolve("config.conf"), configuration);
        List<LoadedConfig> started = new ArrayList<>();
        StringWriter err = new StringWriter();
        Cli cli = new Cli(() -> new ConfigLoader(() -> "of-the-host", Set.of("rr")), loaded -> {
                    started.add(loaded);
                    return 0;
                })
                .withOutput(new PrintWriter(err), new PrintWriter(err));
        int code = cli.execute(container.getArgs().stream()
                .map(argument -> argument.replace("$(NODE_NAME)", "node-7")
                        .replaceFirst("^--config=.*", "--config=" + Matcher.quoteReplacement(file.toString())))
                .toArray(String[]::new));
        assertThat(code).as(err.toString()).isZero();
        assertThat(started).hasSize(1);
        return started.get(0);
    }

    private static String kubeadmConfiguration() throws IOException {
        try (InputStream file = ConfigLoader.class.getResourceAsStream("kubeadm-config.conf")) {
            assertThat(file).isNotNull();
            return new String(file.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
