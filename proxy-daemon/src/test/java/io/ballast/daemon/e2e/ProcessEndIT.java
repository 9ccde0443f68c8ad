package io.ballast.daemon.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.ballast.core.testing.RequiresRoot;
import io.ballast.netty.testing.Await;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** How the daemon ends, started as kubeadm's DaemonSet does: its ConfigMap mounted the kubelet's way, the API away. */
@RequiresRoot
class ProcessEndIT {
    private static final String KUBEADM = "/io/ballast/daemon/config/kubeadm-config.conf";
    private static final String KUBECONFIG = """
            apiVersion: v1
            kind: Config
            clusters: [{name: default, cluster: {server: "https://127.0.0.1:6443", insecure-skip-tls-verify: true}}]
            contexts: [{name: default, context: {cluster: default, user: default, namespace: default}}]
            current-context: default
            users: [{name: default, user: {token: secret}}]
            """;

    @RegisterExtension
    final Cluster cluster = Cluster.ofOneNode();

    @TempDir
    Path volume;

    @BeforeEach
    void mount() throws Exception {
        try (InputStream kubeadm = Objects.requireNonNull(ProcessEndIT.class.getResourceAsStream(KUBEADM))) {
            String config = new String(kubeadm.readAllBytes(), StandardCharsets.UTF_8);
            write("..2026_11_20", config.replace("/var/lib/kube-proxy", volume.toString()));
        }
        Files.createSymbolicLink(volume.resolve("..data"), Path.of("..2026_11_20"));
        Files.createSymbolicLink(volume.resolve("config.conf"), Path.of("..data/config.conf"));
        Files.createSymbolicLink(volume.resolve("kubeconfig.conf"), Path.of("..data/kubeconfig.conf"));
    }

    private void write(String version, String config) throws Exception {
        Path data = Files.createDirectory(volume.resolve(version));
        Files.writeString(data.resolve("config.conf"), config);
        Files.writeString(data.resolve("kubeconfig.conf"), KUBECONFIG);
    }

    private BallastProcess start() throws Exception {
        BallastProcess ballast = cluster.keep(BallastProcess.launch(
                cluster.node(), List.of("--config=" + volume.resolve("config.conf"), "--hostname-override=node1")));
        Await.until("Ballast waits for the API, see its log", () -> ballast.log()
                .contains("Waiting for the Kubernetes API"));
        return ballast;
    }

    @Test
    void endsWithZeroOnSigterm() throws Exception {
        BallastProcess ballast = start();
        assertThat(ballast.stop()).as(ballast.log()).isZero();
        assertThat(ballast.log()).contains("Draining");
    }

    @Test
    void endsWithOneWhenTheConfigMapChanges() throws Exception {
        BallastProcess ballast = start();
        String before = Files.readString(volume.resolve("config.conf"));
        write("..2026_11_21", before.replace("mode: \"\"", "mode: ipvs"));
        Path link = Files.createSymbolicLink(volume.resolve("..data_tmp"), Path.of("..2026_11_21"));
        Files.move(link, volume.resolve("..data"), StandardCopyOption.ATOMIC_MOVE);

        assertThat(ballast.awaitEnd()).as(ballast.log()).isEqualTo(1);
        assertThat(ballast.log()).contains("Configuration was changed", "Draining");
    }
}
