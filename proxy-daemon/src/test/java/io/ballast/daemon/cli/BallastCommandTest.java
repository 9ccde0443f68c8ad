package io.ballast.daemon.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.ballast.daemon.config.Flags;
import io.ballast.daemon.config.LoadedConfig;
import io.ballast.daemon.config.ProxyMode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BallastCommandTest {
    private final CliFixture cli = new CliFixture();

    @Test
    void runsTheDaemonWithWhatTheFlagsSay() {
        int exitCode = cli.execute(
                "--proxy_mode",
                "ipvs",
                "--nodeport-addresses=192.0.2.0/24",
                "--nodeport-addresses",
                "primary",
                "--masquerade-all",
                "-v2",
                "--connect-attempts",
                "5",
                "--cleanup-on-exit");

        assertThat(exitCode).isZero();
        assertThat(cli.started).hasSize(1);
        LoadedConfig loaded = cli.started.get(0);
        assertThat(loaded.config().mode()).isEqualTo(ProxyMode.IPVS);
        assertThat(loaded.config().nodePorts().addresses().primary()).isTrue();
        assertThat(loaded.config().nodePorts().addresses().cidrs()).hasSize(1);
        assertThat(loaded.config().masqueradeAll()).isTrue();
        assertThat(loaded.config().logging().verbosity()).isEqualTo(2);
        assertThat(loaded.config().ballast().connectAttempts()).isEqualTo(5);
        assertThat(loaded.config().ballast().cleanupOnExit()).isTrue();
    }

    @Test
    void passesTheExitCodeOn() {
        assertThat(new CliFixture(1).execute()).isEqualTo(1);
    }

    @Test
    void letsTheLastOfARepeatedFlagCount() {
        cli.execute("--connect-attempts=2", "--connect-attempts=4");

        assertThat(cli.started.get(0).config().ballast().connectAttempts()).isEqualTo(4);
    }

    @Test
    void exposesCleanupAndInitOnly() {
        cli.execute("--cleanup", "--init-only=true");

        assertThat(cli.started.get(0).cleanup()).isTrue();
        assertThat(cli.started.get(0).initOnly()).isTrue();
    }

    @Test
    void endsWithTwoOnWrongConfiguration() {
        int exitCode = cli.execute("--mark", "0x1/0x2");

        assertThat(exitCode).isEqualTo(2);
        assertThat(cli.started).isEmpty();
        assertThat(cli.err()).isEqualTo("""
                        ballast: --mark: "0x1/0x2" has bits outside its mask; want for example 0x1000/0x1000
                        Run 'ballast --help' for usage.
                        """);
    }

    @Test
    void namesFileLineAndField(@TempDir Path directory) throws IOException {
        Path file = Files.writeString(
                directory.resolve("config.conf"),
                "apiVersion: kubeproxy.config.k8s.io/v1alpha1\nkind: KubeProxyConfiguration\noomScoreAdj: 5000\n");

        assertThat(cli.execute("--config", file.toString())).isEqualTo(2);
        assertThat(cli.err())
                .startsWith(
                        "ballast: " + file + ": line 3: oomScoreAdj: \"5000\" is outside the range -1000 to 1000\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"--no-such-flag", "--no-such-flag=1", "servces", "--config", "-x"})
    void endsWithTwoOnWrongUsage(String argument) {
        assertThat(cli.execute(argument)).isEqualTo(2);
        assertThat(cli.err()).startsWith("ballast: ").contains("Run 'ballast --help' for usage.");
        assertThat(cli.out()).isEmpty();
    }

    @Test
    void suggestsTheCommandThatWasMeant() {
        cli.execute("servces");

        assertThat(cli.err()).contains("services");
    }

    @Test
    void endsWithOneWhenTheDaemonFails() {
        CliFixture failing = new CliFixture(loaded -> {
            throw new IOException("no dataplane");
        });

        assertThat(failing.execute()).isEqualTo(1);
        assertThat(failing.err()).startsWith("ballast: no dataplane\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"--version", "--version=true", "--version=v1.36.2"})
    void showsItsVersion(String flag) {
        assertThat(cli.execute(flag)).isZero();
        assertThat(cli.out()).matches("Ballast \\S+\n");
        assertThat(cli.started).isEmpty();
    }

    @Test
    void showsAllAboutItsVersion() {
        assertThat(cli.execute("--version=raw")).isZero();
        assertThat(cli.out()).contains("version: ", "kube-proxy: 1.36", "java: ");
    }

    @Test
    void runsWithoutVersionAndRefusesAnUnknownOne() {
        assertThat(cli.execute("--version=false")).isZero();
        assertThat(cli.started).hasSize(1);
        assertThat(cli.execute("--version=maybe")).isEqualTo(2);
    }

    @Test
    void describesEveryFlagInItsHelp() {
        assertThat(cli.execute("--help")).isZero();
        assertThat(cli.out())
                .contains(Flags.all().stream().map(flag -> flag.option()).toList())
                .contains("services", "endpoints", "connections", "explain", "Exit codes:");
    }

    @Test
    void writesTheConfigurationInsteadOfRunning(@TempDir Path directory) throws IOException {
        Path written = directory.resolve("out.yaml");

        assertThat(cli.execute("--proxy-mode=ipvs", "--scheduler=lc", "--write-config-to=" + written))
                .isZero();
        assertThat(cli.started).isEmpty();
        assertThat(Files.readString(written))
                .contains("mode: ipvs\n", "kind: BallastConfiguration\n", "scheduler: lc\n");
        assertThat(cli.execute("--config=" + written)).isZero();
        assertThat(cli.started.get(0).config().scheduler()).isEqualTo("lc");
    }

    @Test
    void endsWithOneWhenTheConfigurationCannotBeWritten(@TempDir Path directory) {
        assertThat(cli.execute("--write-config-to=" + directory.resolve("no/such/out.yaml")))
                .isEqualTo(1);
    }

    @Test
    void doesNotReadArgumentsFromFiles(@TempDir Path directory) throws IOException {
        Path file = Files.writeString(directory.resolve("arguments"), "--help");

        assertThat(cli.execute("@" + file)).isEqualTo(2);
    }
}
