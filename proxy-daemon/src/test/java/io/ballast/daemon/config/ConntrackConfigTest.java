package io.ballast.daemon.config;

import static io.ballast.daemon.config.ConfigFixture.load;
import static org.assertj.core.api.Assertions.assertThat;

import io.ballast.netty.node.ConntrackSettings;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is set of a host's connection tracking: with a cluster as kube-proxy, else only what was asked for. */
class ConntrackConfigTest {
    @TempDir
    Path directory;

    @Test
    void setsKubeProxysDefaultsWithACluster() throws Exception {
        assertThat(load().conntrack())
                .isEqualTo(new ConntrackSettings(
                        ConntrackSettings.tableSize(32_768, 131_072),
                        Duration.ofHours(24),
                        Duration.ofHours(1),
                        false,
                        Duration.ZERO,
                        Duration.ZERO));
    }

    @Test
    void leavesAHostWithoutAClusterAlone() throws Exception {
        assertThat(load("--source-dir=" + directory).conntrack())
                .isEqualTo(new ConntrackSettings(0, Duration.ZERO, Duration.ZERO, false, Duration.ZERO, Duration.ZERO));
    }

    @Test
    void setsWhatIsAskedForWithoutAClusterToo() throws Exception {
        assertThat(load(
                                "--source-dir=" + directory,
                                "--conntrack-tcp-timeout-close-wait=2h",
                                "--conntrack-tcp-be-liberal=true")
                        .conntrack())
                .isEqualTo(new ConntrackSettings(
                        0, Duration.ZERO, Duration.ofHours(2), true, Duration.ZERO, Duration.ZERO));
    }
}
