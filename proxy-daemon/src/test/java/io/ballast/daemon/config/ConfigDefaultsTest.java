package io.ballast.daemon.config;

import static io.ballast.daemon.config.ConfigFixture.kubeProxy;
import static io.ballast.daemon.config.ConfigFixture.load;
import static io.ballast.daemon.config.ConfigFixture.loadFile;
import static org.assertj.core.api.Assertions.assertThat;

import io.ballast.core.model.AddressPort;
import io.ballast.core.model.Cidr;
import io.ballast.core.model.IpAddress;
import io.ballast.core.tracking.NodePortAddresses;
import io.ballast.core.tracking.NodePortRules;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigDefaultsTest {
    @TempDir
    Path directory;

    @Test
    void hasUpstreamDefaultsWithoutFlags() throws Exception {
        LoadedConfig loaded = load();

        assertThat(loaded.config())
                .isEqualTo(new ProxyConfig(
                        "host-a",
                        IpAddress.parse("0.0.0.0"),
                        ProxyMode.UNSET,
                        new ProxyConfig.KubernetesApi(null, null, 5, 10),
                        ProxyConfig.Logging.DEFAULT,
                        new ProxyConfig.Servers(address("0.0.0.0", 10256), address("127.0.0.1", 10249), false),
                        Duration.ofSeconds(30),
                        new ProxyConfig.LocalDetection(DetectLocalMode.CLUSTER_CIDR, List.of(), "", ""),
                        new NodePortRules(NodePortAddresses.EVERY, true),
                        true,
                        "rr",
                        false,
                        -999,
                        new BallastOptions(
                                null,
                                InterceptMode.AUTO,
                                ClientIpMode.AUTO,
                                new PortRange(61000, 65535),
                                new PacketMark(0x1000, 0x1000),
                                TransportChoice.AUTO,
                                0,
                                Duration.ofSeconds(3),
                                3,
                                Duration.ofSeconds(60),
                                0,
                                262_144,
                                "",
                                Duration.ofSeconds(30),
                                null,
                                false,
                                false)));
        assertThat(loaded.file()).isNull();
        assertThat(loaded.writeTo()).isNull();
        assertThat(loaded.cleanup()).isFalse();
        assertThat(loaded.initOnly()).isFalse();
        assertThat(loaded.notices()).isEmpty();
    }

    @Test
    void takesTheConfigMapThatKubeadmWrites() throws Exception {
        String kubeadm;
        try (InputStream resource =
                Objects.requireNonNull(ConfigDefaultsTest.class.getResourceAsStream("kubeadm-config.conf"))) {
            kubeadm = new String(resource.readAllBytes(), StandardCharsets.UTF_8);
        }

        LoadedConfig loaded = loadFile(directory, kubeadm, "--hostname-override=Worker-1");

        ProxyConfig config = loaded.config();
        assertThat(loaded.notices()).isEmpty();
        assertThat(config.nodeName()).isEqualTo("worker-1");
        assertThat(config.kubernetesApi().kubeconfig()).isEqualTo(Path.of("/var/lib/kube-proxy/kubeconfig.conf"));
        assertThat(config.localDetection().clusterCidrs()).containsExactly(Cidr.parse("10.244.0.0/16"));
        assertThat(config)
                .usingRecursiveComparison()
                .ignoringFields("nodeName", "kubernetesApi.kubeconfig", "localDetection.clusterCidrs")
                .isEqualTo(load().config());
    }

    @Test
    void movesTheServersToIpv6WhenTheFileBindsIpv6() throws Exception {
        ProxyConfig.Servers servers =
                loadFile(directory, kubeProxy("bindAddress: '::'")).config().servers();

        assertThat(servers.healthz()).isEqualTo(address("::", 10256));
        assertThat(servers.metrics()).isEqualTo(address("::1", 10249));
    }

    @Test
    void leavesTheServersOnIpv4WhenOnlyTheFlagBindsIpv6() throws Exception {
        ProxyConfig config = load("--bind-address=2001:db8::1").config();

        assertThat(config.nodeAddressOverride()).isEqualTo(IpAddress.parse("2001:db8::1"));
        assertThat(config.servers().healthz()).isEqualTo(address("0.0.0.0", 10256));
        assertThat(config.servers().metrics()).isEqualTo(address("127.0.0.1", 10249));
    }

    @Test
    void givesBareServerAddressesTheirPort() throws Exception {
        ProxyConfig.Servers fromFlags = load("--healthz-bind-address=192.0.2.1", "--metrics-bind-address=2001:db8::1")
                .config()
                .servers();
        ProxyConfig.Servers fromFile = loadFile(
                        directory, kubeProxy("healthzBindAddress: '2001:db8::1'\nmetricsBindAddress: 192.0.2.1"))
                .config()
                .servers();

        assertThat(fromFlags.healthz()).isEqualTo(address("192.0.2.1", 10256));
        assertThat(fromFlags.metrics()).isEqualTo(address("2001:db8::1", 10249));
        assertThat(fromFile.healthz()).isEqualTo(address("2001:db8::1", 10256));
        assertThat(fromFile.metrics()).isEqualTo(address("192.0.2.1", 10249));
    }

    @Test
    void turnsHealthzOffOnlyByItsDeprecatedPortFlag() throws Exception {
        assertThat(load("--healthz-port=0").config().servers().healthz()).isNull();
        assertThat(load("--healthz-bind-address=").config().servers().healthz()).isNotNull();
        assertThat(loadFile(directory, kubeProxy("healthzBindAddress: ''"), "--healthz-port=0")
                        .config()
                        .servers()
                        .healthz())
                .isEqualTo(address("0.0.0.0", 10256));
    }

    @Test
    void appliesDeprecatedPortsOnlyToAddressesWithoutOne() throws Exception {
        assertThat(load("--healthz-port=8080").config().servers().healthz()).isEqualTo(address("0.0.0.0", 10256));
        assertThat(load("--healthz-port=8080", "--healthz-bind-address=192.0.2.1")
                        .config()
                        .servers()
                        .healthz())
                .isEqualTo(address("192.0.2.1", 8080));
    }

    @Test
    void replacesZeroInAFileByTheDefault() throws Exception {
        LoadedConfig loaded = loadFile(
                directory,
                kubeProxy("configSyncPeriod: 0s\niptables: {syncPeriod: 0s, minSyncPeriod: 0s}\n"
                        + "clientConnection: {qps: 0, burst: 0}"));

        assertThat(loaded.documents().kubeProxy()).containsEntry("configSyncPeriod", "15m0s");
        assertThat(section(loaded, "iptables"))
                .containsEntry("syncPeriod", "30s")
                .containsEntry("minSyncPeriod", "1s");
        assertThat(loaded.config()).isEqualTo(load().config());
    }

    @Test
    void letsOnlyAFlagSetTheMinimumSyncPeriodToZero() throws Exception {
        assertThat(section(load("--iptables-min-sync-period=0s"), "iptables")).containsEntry("minSyncPeriod", "0s");
    }

    @Test
    void hasAnotherMinimumForIpvsInAFileThanByFlag() throws Exception {
        assertThat(section(loadFile(directory, kubeProxy("mode: ipvs")), "ipvs"))
                .containsEntry("minSyncPeriod", "0s");
        assertThat(section(load("--proxy-mode=ipvs"), "ipvs")).containsEntry("minSyncPeriod", "1s");
        assertThat(load("--proxy-mode=ipvs").notices()).isEmpty();
    }

    @Test
    void namesPeriodsThatHaveNoEffect() throws Exception {
        assertThat(load("--iptables-min-sync-period=5s", "--config-sync-period=1m")
                        .notices())
                .extracting(notice -> notice.values().get("options"))
                .containsExactly("--iptables-min-sync-period --config-sync-period");
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> section(LoadedConfig loaded, String name) {
        return (Map<String, Object>)
                Objects.requireNonNull(loaded.documents().kubeProxy().get(name));
    }

    @Test
    void exposesNodePortsOnThePrimaryAddressesInNftablesMode() throws Exception {
        assertThat(load("--proxy-mode=nftables").config().nodePorts().addresses())
                .isEqualTo(NodePortAddresses.PRIMARY);
    }

    private static AddressPort address(String ip, int port) {
        return new AddressPort(IpAddress.parse(ip), port);
    }
}
