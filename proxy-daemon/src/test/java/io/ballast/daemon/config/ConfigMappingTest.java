package io.ballast.daemon.config;

import static io.ballast.daemon.config.ConfigFixture.ballast;
import static io.ballast.daemon.config.ConfigFixture.kubeProxy;
import static io.ballast.daemon.config.ConfigFixture.load;
import static io.ballast.daemon.config.ConfigFixture.loadFile;
import static org.assertj.core.api.Assertions.assertThat;

import io.ballast.core.model.AddressPort;
import io.ballast.core.model.Cidr;
import io.ballast.core.model.IpAddress;
import io.ballast.core.tracking.NodePortAddresses;
import io.ballast.core.tracking.NodePortRules;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigMappingTest {
    @TempDir
    Path directory;

    private ProxyConfig expected() {
        return new ProxyConfig(
                "node-7",
                IpAddress.parse("192.0.2.7"),
                ProxyMode.IPVS,
                new ProxyConfig.KubernetesApi(Path.of("/etc/kube.conf"), "https://192.0.2.1:6443", 2.5f, 20),
                new ProxyConfig.Logging(
                        LogFormat.TEXT, 4, List.of(new VModule("Tcp*", 6), new VModule("io.ballast.netty", 2))),
                new ProxyConfig.Servers(
                        new AddressPort(IpAddress.parse("192.0.2.7"), 1256),
                        new AddressPort(IpAddress.parse("2001:db8::7"), 1249),
                        true),
                Duration.ofSeconds(40),
                new ProxyConfig.LocalDetection(
                        DetectLocalMode.BRIDGE_INTERFACE,
                        List.of(Cidr.parse("10.0.0.0/8"), Cidr.parse("2001:db8:1::/48")),
                        "cni0",
                        "veth"),
                new NodePortRules(new NodePortAddresses(true, true, false, List.of(Cidr.parse("192.0.2.0/24"))), false),
                false,
                "lc",
                true,
                -500,
                new BallastOptions(
                        directory,
                        InterceptMode.SK_LOOKUP,
                        ClientIpMode.NEVER,
                        new PortRange(62000, 63000),
                        new PacketMark(0x10, 0x30),
                        TransportChoice.IO_URING,
                        2,
                        Duration.ofMillis(1500),
                        5,
                        Duration.ofSeconds(90),
                        1000,
                        5000,
                        "mine",
                        Duration.ofSeconds(10),
                        "-",
                        true,
                        true));
    }

    @Test
    void mapsEveryFlagThatActs() throws Exception {
        LoadedConfig loaded = load(
                "--hostname-override= Node-7 ",
                "--bind-address=192.0.2.7",
                "--proxy-mode=ipvs",
                "--kubeconfig=/etc/kube.conf",
                "--master=https://192.0.2.1:6443",
                "--kube-api-qps=2.5",
                "--kube-api-burst=20",
                "--config-sync-period=5m",
                "--v=4",
                "--vmodule=Tcp*=6,io.ballast.netty=2",
                "--healthz-bind-address=192.0.2.7:1256",
                "--metrics-bind-address=[2001:db8::7]:1249",
                "--bind-address-hard-fail=true",
                "--ipvs-sync-period=40s",
                "--ipvs-min-sync-period=2s",
                "--detect-local-mode=BridgeInterface",
                "--cluster-cidr=10.0.0.0/8,2001:db8:1::/48",
                "--pod-bridge-interface=cni0",
                "--pod-interface-name-prefix=veth",
                "--nodeport-addresses=primary,localhost",
                "--nodeport-addresses=192.0.2.0/24",
                "--iptables-localhost-nodeports=false",
                "--ipvs-scheduler=lc",
                "--masquerade-all=true",
                "--oom-score-adj=-500",
                "--feature-gates=AllowServiceExternalIPs=false,KubeProxyDrainingTerminatingNodes=true",
                "--source-dir=" + directory,
                "--intercept=sk-lookup",
                "--client-ip=never",
                "--client-ip-ports=62000-63000",
                "--mark=0x10/0x30",
                "--transport=io_uring",
                "--event-loops=2",
                "--connect-timeout=1.5s",
                "--connect-attempts=5",
                "--udp-idle-timeout=90s",
                "--max-connections=1000",
                "--max-affinity-entries=5000",
                "--service-proxy-name=mine",
                "--shutdown-grace-period=10s",
                "--connection-log=-",
                "--cleanup-on-exit=true",
                "--endpoint-metrics=true",
                "--cleanup=true",
                "--init-only=true",
                "--write-config-to=/tmp/out.yaml");

        assertThat(loaded.config()).isEqualTo(expected());
        assertThat(loaded.cleanup()).isTrue();
        assertThat(loaded.initOnly()).isTrue();
        assertThat(loaded.writeTo()).isEqualTo(Path.of("/tmp/out.yaml"));
    }

    private String fullFile() {
        return kubeProxy("""
                        hostnameOverride: Node-7
                        bindAddress: 192.0.2.7
                        mode: ipvs
                        clientConnection: {kubeconfig: /etc/kube.conf, qps: 2.5, burst: 20}
                        configSyncPeriod: 5m
                        logging:
                          verbosity: 4
                          vmodule:
                          - {filePattern: 'Tcp*', verbosity: 6}
                          - {filePattern: io.ballast.netty, verbosity: 2}
                        healthzBindAddress: 192.0.2.7:1256
                        metricsBindAddress: '[2001:db8::7]:1249'
                        bindAddressHardFail: true
                        ipvs: {syncPeriod: 40s, minSyncPeriod: 2s, scheduler: lc}
                        iptables: {localhostNodePorts: false, masqueradeAll: true}
                        detectLocalMode: BridgeInterface
                        detectLocal: {bridgeInterface: cni0, interfaceNamePrefix: veth}
                        clusterCIDR: 10.0.0.0/8,2001:db8:1::/48
                        nodePortAddresses: [primary, localhost, 192.0.2.0/24]
                        oomScoreAdj: -500
                        featureGates: {AllowServiceExternalIPs: false}""") + ballast("""
                        sourceDir: %s
                        intercept: sk-lookup
                        clientIp: never
                        clientIpPorts: 62000-63000
                        mark: 0x10/0x30
                        transport: io_uring
                        eventLoops: 2
                        connectTimeout: 1.5s
                        connectAttempts: 5
                        udpIdleTimeout: 90s
                        maxConnections: 1000
                        maxAffinityEntries: 5000
                        serviceProxyName: mine
                        shutdownGracePeriod: 10s
                        connectionLog: '-'
                        cleanupOnExit: true
                        endpointMetrics: true""".formatted(directory));
    }

    @Test
    void mapsEveryFieldThatActs() throws Exception {
        LoadedConfig loaded = loadFile(directory, fullFile(), "--master=https://192.0.2.1:6443");

        assertThat(loaded.config()).isEqualTo(expected());
        assertThat(loaded.file()).isEqualTo(directory.resolve("config.conf"));
    }

    @Test
    void readsBackWhatItWrites() throws Exception {
        LoadedConfig loaded = loadFile(directory, fullFile());

        LoadedConfig again = loadFile(directory, loaded.documents().toYaml());

        assertThat(again.config()).isEqualTo(loaded.config());
        assertThat(again.documents()).isEqualTo(loaded.documents());
        assertThat(again.notices()).noneMatch(notice -> notice.message().contains("lenient"));
    }

    @Test
    void writesEveryFieldWithItsEffectiveValue() throws Exception {
        ConfigDocuments documents =
                load("--proxy-mode=nftables", "--kube-api-qps=2.5").documents();

        assertThat(documents.kubeProxy())
                .containsEntry("apiVersion", "kubeproxy.config.k8s.io/v1alpha1")
                .containsEntry("kind", "KubeProxyConfiguration")
                .containsEntry("healthzBindAddress", "0.0.0.0:10256")
                .containsEntry("nodePortAddresses", List.of("primary"))
                .containsEntry("configSyncPeriod", "15m0s")
                .containsEntry("oomScoreAdj", -999);
        assertThat(documents.kubeProxy().get("clientConnection"))
                .hasToString("{acceptContentTypes=, burst=10, contentType=application/vnd.kubernetes.protobuf,"
                        + " kubeconfig=, qps=2.5}");
        assertThat(documents.ballast()).containsEntry("mark", "0x1000/0x1000").containsEntry("connectTimeout", "3s");
    }

    @Test
    void readsJsonIndentedWithTabs() throws Exception {
        String json = """
                {
                \t"apiVersion": "kubeproxy.config.k8s.io/v1alpha1",
                \t"kind": "KubeProxyConfiguration",
                \t"mode":\t"ipvs"
                }
                """;

        assertThat(loadFile(directory, json).config().mode()).isEqualTo(ProxyMode.IPVS);
    }

    @Test
    void readsTheBallastDocumentAloneOrFirst() throws Exception {
        assertThat(loadFile(directory, ballast("connectAttempts: 7"))
                        .config()
                        .ballast()
                        .connectAttempts())
                .isEqualTo(7);
        String reversed = ballast("connectAttempts: 7") + "---\n" + kubeProxy("mode: ipvs");
        assertThat(loadFile(directory, reversed).config().mode()).isEqualTo(ProxyMode.IPVS);
    }

    @Test
    void passesDefaultsOnToServices() throws Exception {
        var defaults = load("--scheduler=sh", "--connect-attempts=9").config().serviceDefaults();

        assertThat(defaults.scheduler()).isEqualTo("sh");
        assertThat(defaults.connectAttempts()).isEqualTo(9);
        assertThat(defaults.udpIdleTimeout()).isEqualTo(Duration.ofSeconds(60));
    }
}
