package io.ballast.daemon.config;

import static io.ballast.daemon.config.ConfigFixture.ballast;
import static io.ballast.daemon.config.ConfigFixture.kubeProxy;
import static io.ballast.daemon.config.ConfigFixture.load;
import static io.ballast.daemon.config.ConfigFixture.loadFile;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.slf4j.event.Level;

class ConfigPrecedenceTest {
    @TempDir
    Path directory;

    @Test
    void ignoresKubeProxyFlagsBesideAFileAndNamesThemInOneLine() throws Exception {
        LoadedConfig loaded = loadFile(
                directory,
                kubeProxy("mode: iptables"),
                "--proxy-mode=ipvs",
                "--conntrack-min=7",
                "--cluster-cidr=10.0.0.0/8",
                "--ipvs-scheduler=lc");

        assertThat(loaded.config().mode()).isEqualTo(ProxyMode.IPTABLES);
        assertThat(loaded.config().localDetection().clusterCidrs()).isEmpty();
        assertThat(loaded.config().scheduler()).isEqualTo("rr");
        assertThat(loaded.notices())
                .containsExactly(new Notice(
                        Level.WARN,
                        "Flags ignored because a configuration file was given; set the values in the file",
                        Map.of(
                                "flags",
                                "--proxy-mode --conntrack-min --cluster-cidr --ipvs-scheduler",
                                "file",
                                directory.resolve("config.conf").toString())));
    }

    /** As kube-proxy's /flagz: what was typed, also where it does not count. */
    @Test
    void listsEveryFlagAsItWasTypedOrByItsDefault() throws Exception {
        LoadedConfig loaded = loadFile(
                directory,
                kubeProxy("mode: iptables"),
                "--proxy-mode=ipvs",
                "--nodeport-addresses=10.0.0.0/8,192.0.2.0/24",
                "--shutdown-grace-period=90s",
                "--feature-gates=A=true,B=false");

        assertThat(loaded.flags())
                .hasSize(Flags.all().size())
                .containsEntry("proxy-mode", "ipvs")
                .containsEntry("nodeport-addresses", "[10.0.0.0/8,192.0.2.0/24]")
                .containsEntry("shutdown-grace-period", "1m30s")
                .containsEntry("feature-gates", "A=true,B=false")
                .containsEntry("udp-idle-timeout", "1m0s")
                .containsEntry("bind-address-hard-fail", "false");
    }

    @Test
    void letsTheNodeNameAndTheApiAddressOverrideAFile() throws Exception {
        LoadedConfig loaded = loadFile(
                directory,
                kubeProxy("hostnameOverride: other"),
                "--hostname-override=Mine",
                "--master=http://192.0.2.1");

        assertThat(loaded.config().nodeName()).isEqualTo("mine");
        assertThat(loaded.config().kubernetesApi().master()).isEqualTo("http://192.0.2.1");
        assertThat(loaded.notices()).isEmpty();
    }

    @Test
    void letsLoggingFlagsOverrideAFileAndJoinsModules() throws Exception {
        String file = kubeProxy("logging: {verbosity: 2, vmodule: [{filePattern: A, verbosity: 1}]}");

        assertThat(loadFile(directory, file, "--v=5", "--vmodule=B=3").config().logging())
                .isEqualTo(
                        new ProxyConfig.Logging(LogFormat.TEXT, 5, List.of(new VModule("B", 3), new VModule("A", 1))));
        assertThat(loadFile(directory, file).config().logging().verbosity()).isEqualTo(2);
    }

    @Test
    void letsBallastFlagsOverrideTheSecondDocument() throws Exception {
        String file = kubeProxy("") + ballast("connectAttempts: 2\nudpIdleTimeout: 5s");

        BallastOptions options =
                loadFile(directory, file, "--connect-attempts=4").config().ballast();

        assertThat(options.connectAttempts()).isEqualTo(4);
        assertThat(options.udpIdleTimeout()).hasSeconds(5);
    }

    @ParameterizedTest
    @CsvSource({
        "'', '', '', rr",
        "lc, '', '', lc",
        "lc, sh, '', sh",
        "lc, sh, rr, rr",
        "'', '', lc, lc",
        "lblcr, '', '', rr",
    })
    void choosesTheSchedulerOfTheNearestPlace(String ipvs, String document, String flag, String effective)
            throws Exception {
        String file = kubeProxy("ipvs: {scheduler: '" + ipvs + "'}") + ballast("scheduler: '" + document + "'");

        assertThat(loadFile(directory, file, "--scheduler=" + flag).config().scheduler())
                .isEqualTo(effective);
    }

    @Test
    void warnsOfAnIpvsSchedulerItDoesNotHave() throws Exception {
        assertThat(load("--ipvs-scheduler=lblc").notices())
                .extracting(Notice::message)
                .containsExactly("Unknown scheduler, using rr; choose one with --scheduler");
    }

    @Test
    void namesWhatHasNoEffectInOneLine() throws Exception {
        LoadedConfig loaded = loadFile(
                directory, kubeProxy("conntrack: {maxPerCore: 5, min: null}\nipvs: {strictARP: true}\nportRange: 1-2"));

        assertThat(loaded.notices())
                .containsExactly(new Notice(
                        Level.INFO,
                        "Options without an effect in user space were ignored",
                        Map.of("options", "ipvs.strictARP portRange")));
        assertThat(load("--ipvs-strict-arp=true", "--machine-id-file=/etc/m", "--kube-api-qps=5")
                        .notices())
                .containsExactly(new Notice(
                        Level.INFO,
                        "Options without an effect in user space were ignored",
                        Map.of("options", "--ipvs-strict-arp --machine-id-file")));
    }

    @Test
    void namesFeatureGatesThatHaveNoEffect() throws Exception {
        assertThat(load("--feature-gates=AllowServiceExternalIPs=false,NFTablesProxyMode=true,AllBeta=false")
                        .notices())
                .containsExactly(new Notice(
                        Level.INFO,
                        "Feature gates without an effect in user space were ignored",
                        Map.of("gates", "AllBeta NFTablesProxyMode")));
    }

    @Test
    void readsUnknownAndRepeatedFieldsLenientlyAndNamesThem() throws Exception {
        LoadedConfig loaded = loadFile(
                directory,
                kubeProxy("mode: ipvs\nmode: nftables\nudpIdleTimeout: 1s\niptables:\n  masqueradeBits: 3")
                        + ballast("colour: red"));

        assertThat(loaded.config().mode()).isEqualTo(ProxyMode.NFTABLES);
        assertThat(loaded.notices())
                .allMatch(notice -> notice.level() == Level.WARN)
                .extracting(notice -> notice.values().get("err"))
                .containsExactly(
                        "line 4: field mode again, the last one counts; line 5: unknown field udpIdleTimeout; line 7:"
                                + " unknown field iptables.masqueradeBits",
                        "line 11: unknown field colour");
    }

    @Test
    void warnsOfDeprecatedPortsAndOfAnApiThatIsNotAsked() throws Exception {
        assertThat(load("--healthz-port=10256").notices())
                .extracting(Notice::message)
                .containsExactly("Deprecated flag; use the bind-address flag instead");
        assertThat(load("--source-dir=" + directory, "--kubeconfig=/k").notices())
                .extracting(Notice::message)
                .containsExactly("Kubernetes API is not asked, because objects are read from a directory");
    }

    @Test
    void takesUnderscoresForDashes() {
        assertThat(Flags.find("proxy_mode")).isEqualTo(Flags.find("proxy-mode")).isPresent();
    }
}
