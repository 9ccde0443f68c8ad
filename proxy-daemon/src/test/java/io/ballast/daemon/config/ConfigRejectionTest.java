package io.ballast.daemon.config;

import static io.ballast.daemon.config.ConfigFixture.ballast;
import static io.ballast.daemon.config.ConfigFixture.kubeProxy;
import static io.ballast.daemon.config.ConfigFixture.load;
import static io.ballast.daemon.config.ConfigFixture.loadFile;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConfigRejectionTest {
    @TempDir
    Path directory;

    @ParameterizedTest(name = "{index}: {0}")
    @CsvSource(delimiter = '|', textBlock = """
    --bind-address=abc                     | --bind-address: "abc" is not an IP address; want for example 192.0.2.10 or 2001:db8::10
    --bind-address=192.0.2.1:80            | --bind-address: "192.0.2.1:80" is not an IP address
    --healthz-bind-address=localhost:1     | --healthz-bind-address: "localhost:1" is not IP:port
    --healthz-bind-address=192.0.2.1:0     | --healthz-bind-address: "192.0.2.1:0" has no valid port; want 1 to 65535
    --metrics-bind-address=192.0.2.1:65536 | --metrics-bind-address: "192.0.2.1:65536" has no valid port
    --metrics-bind-address=:10249          | --metrics-bind-address: ":10249" is not IP:port
    --metrics-bind-address=2001:db8::1:    | --metrics-bind-address: "2001:db8::1:" is not IP:port
    --metrics-port=0                       | --metrics-port: "0" cannot turn the metrics server off
    --metrics-port=65536                   | --metrics-port: "65536" is outside the range 0 to 65535
    --healthz-port=-1                      | --healthz-port: "-1" is outside the range 0 to 65535
    --metrics-port=x                       | --metrics-port: "x" is not a whole number
    --bind-address-hard-fail=maybe         | --bind-address-hard-fail: "maybe" is neither true nor false
    --bind-address-hard-fail=              | --bind-address-hard-fail: "" is neither true nor false
    --proxy-mode=ebpf                      | --proxy-mode: "ebpf" is not known; want iptables, ipvs, nftables, kernelspace, userspace
    --iptables-sync-period=0s              | --iptables-sync-period: "0s" must be longer than 0
    --iptables-sync-period=5               | --iptables-sync-period: "5" is not a duration; want for example 30s
    --iptables-min-sync-period=-1s         | --iptables-min-sync-period: "-1s" must not be negative
    --iptables-min-sync-period=31s         | --iptables-min-sync-period: "31s" is longer than the sync period of 30s
    --config-sync-period=0s                | --config-sync-period: "0s" must be longer than 0
    --iptables-masquerade-bit=32           | --iptables-masquerade-bit: "32" is outside the range 0 to 31
    --oom-score-adj=-1001                  | --oom-score-adj: "-1001" is outside the range -1000 to 1000
    --kube-api-burst=-1                    | --kube-api-burst: "-1" must be at least 0
    --kube-api-qps=fast                    | --kube-api-qps: "fast" is not a number
    --conntrack-max-per-core=-1            | --conntrack-max-per-core: "-1" must be at least 0
    --conntrack-min=-1                     | --conntrack-min: "-1" must be at least 0
    --conntrack-tcp-timeout-established=-1s | --conntrack-tcp-timeout-established: "-1s" must not be negative
    --conntrack-tcp-timeout-close-wait=-1s | --conntrack-tcp-timeout-close-wait: "-1s" must not be negative
    --conntrack-udp-timeout=-1s            | --conntrack-udp-timeout: "-1s" must not be negative
    --conntrack-udp-timeout-stream=-1s     | --conntrack-udp-timeout-stream: "-1s" must not be negative
    --cluster-cidr=10.0.0.0                | --cluster-cidr: "10.0.0.0" is neither a CIDR nor a pair
    --cluster-cidr=10.0.0.0/8,11.0.0.0/8   | --cluster-cidr: "10.0.0.0/8,11.0.0.0/8" is neither a CIDR nor a pair
    --detect-local-mode=Pod                | --detect-local-mode: "Pod" is not known; want ClusterCIDR, NodeCIDR, BridgeInterface
    --detect-local-mode=BridgeInterface    | detectLocal.bridgeInterface: is empty, and detectLocalMode BridgeInterface needs it
    --detect-local-mode=InterfaceNamePrefix | detectLocal.interfaceNamePrefix: is empty
    --nodeport-addresses=eth0              | --nodeport-addresses: "eth0" has an entry "eth0" that is neither a CIDR
    --feature-gates=A                      | --feature-gates: "A" is not of the form Name=true
    --feature-gates=A=maybe                | --feature-gates: "A=maybe" is neither true nor false
    --show-hidden-metrics-for-version=1.30 | --show-hidden-metrics-for-version: "1.30" is not the previous release; leave it out or give 1.35
    --hostname-override=' '                | --hostname-override: is blank; give the Node's name
    --logging-format=xml                   | --logging-format: "xml" is not known; want text, json
    --v=-1                                 | --v: "-1" must be at least 0
    --vmodule=a                            | --vmodule: "a" is not of the form pattern=N
    --vmodule=a=x                          | --vmodule: "a=x" is not a whole number
    --vmodule==3                           | --vmodule: "=3" has an empty file pattern
    --log-text-split-stream=true           | --log-text-split-stream: needs the feature gate LoggingAlphaOptions=true
    --log-json-info-buffer-size=1Ki        | --log-json-info-buffer-size: needs the feature gate
    --log-json-info-buffer-size=big        | --log-json-info-buffer-size: "big" is not a quantity
    --scheduler=fastest                    | --scheduler: "fastest" is not a scheduler; want one of lc, rr, sh
    --intercept=magic                      | --intercept: "magic" is not known; want auto, sk-lookup, bind
    --client-ip=always                     | --client-ip: "always" is not known; want auto, never
    --transport=kqueue                     | --transport: "kqueue" is not known; want auto, epoll, io_uring, nio
    --client-ip-ports=7                    | --client-ip-ports: "7" is not a range of ports
    --client-ip-ports=9-7                  | --client-ip-ports: "9-7" is not a range of ports
    --client-ip-ports=0-7                  | --client-ip-ports: "0-7" has no valid port
    --mark=0                               | --mark: "0" is zero
    --mark=0x3/0x1                         | --mark: "0x3/0x1" has bits outside its mask
    --mark=0x1ffffffff                     | --mark: "0x1ffffffff" is not a mark of 32 bits
    --event-loops=-1                       | --event-loops: "-1" is outside the range 0 to 1024
    --connect-timeout=0s                   | --connect-timeout: "0s" must be at least 1ms
    --connect-attempts=0                   | --connect-attempts: "0" is outside the range 1 to 10
    --connect-attempts=11                  | --connect-attempts: "11" is outside the range 1 to 10
    --udp-idle-timeout=-1s                 | --udp-idle-timeout: "-1s" must be at least 1ms
    --max-connections=-1                   | --max-connections: "-1" must be at least 0
    --max-affinity-entries=0               | --max-affinity-entries: "0" must be at least 1
    --shutdown-grace-period=-1s            | --shutdown-grace-period: "-1s" must be at least 0s
    --service-proxy-name=a/b               | --service-proxy-name: "a/b" is not a label value
    --source-dir=/no/such/directory        | --source-dir: "/no/such/directory" is not a directory
    --config=/no/such/file                 | --config /no/such/file: no such file
    """)
    void refusesFlag(String argument, String problem) {
        String given = argument.replace("' '", " ");

        assertThatThrownBy(() -> load(given))
                .isInstanceOf(InvalidConfigException.class)
                .hasMessageStartingWith(problem);
    }

    @ParameterizedTest(name = "{index}: {0}")
    @CsvSource(delimiter = '|', textBlock = """
    bindAddress: abc                        | bindAddress: "abc" is not an IP address
    bindAddress: 7                          | bindAddress: "7" must be a string; put it in quotes
    bindAddressHardFail: 'yes'              | bindAddressHardFail: "yes" must be true or false, without quotes
    oomScoreAdj: '5'                        | oomScoreAdj: "5" is not a whole number
    oomScoreAdj: 5.5                        | oomScoreAdj: "5.5" is not a whole number
    oomScoreAdj: 99999999999                | oomScoreAdj: "99999999999" is not a whole number
    configSyncPeriod: 30                    | configSyncPeriod: "30" must be a string; put it in quotes
    configSyncPeriod: -1s                   | configSyncPeriod: "-1s" must be longer than 0
    nodePortAddresses: 10.0.0.0/8           | nodePortAddresses: "10.0.0.0/8" must be a list of strings
    nodePortAddresses: [10.0.0.0/33]        | nodePortAddresses: "[10.0.0.0/33]" has an entry "10.0.0.0/33"
    hostnameOverride: "a\\0b"               | hostnameOverride: "a\0b" has a NUL character; take it out
    iptables: 7                             | iptables: must be a mapping of field names
    clientConnection: {qps: fast}           | clientConnection.qps: "fast" is not a number
    featureGates: [A]                       | featureGates: "[A]" must be a mapping of names to true or false
    featureGates: {A: 'true'}               | featureGates: "{A=true}" must be true or false, without quotes
    'logging: {vmodule: [{filePattern: A}]}'  | logging.vmodule: "[{filePattern=A}]" must be a list of filePattern
    'logging: {vmodule: [{filePattern: A, verbosity: 1}], format: json}' | logging.vmodule: works with the text log format only
    'logging: {options: {json: {splitStream: true}}}' | logging.options.json.splitStream: needs the feature gate
    """)
    void refusesField(String field, String problem) {
        assertThatThrownBy(() -> loadFile(directory, kubeProxy(field)))
                .isInstanceOf(InvalidConfigException.class)
                .hasMessageStartingWith(directory.resolve("config.conf") + ": line 3: " + problem);
    }

    @ParameterizedTest(name = "{index}: {0}")
    @CsvSource(delimiter = '|', textBlock = """
    mode: ipvs%nipvs: {excludeCIDRs: [x]}       | line 4: ipvs.excludeCIDRs: "x" is not a CIDR
    mode: ipvs%nipvs: {tcpTimeout: -1s}         | line 4: ipvs.tcpTimeout: "-1s" must not be negative
    mode: ipvs%nipvs: {tcpFinTimeout: -1s}      | line 4: ipvs.tcpFinTimeout: "-1s" must not be negative
    mode: ipvs%nipvs: {udpTimeout: -1s}         | line 4: ipvs.udpTimeout: "-1s" must not be negative
    mode: ipvs%nipvs: {syncPeriod: -1s}         | line 4: ipvs.syncPeriod: "-1s" must be longer than 0
    mode: nftables%nnftables: {masqueradeBit: 32} | line 4: nftables.masqueradeBit: "32" is outside the range
    mode: nftables%nnftables: {minSyncPeriod: 31s} | line 4: nftables.minSyncPeriod: "31s" is longer than the sync
    """)
    void refusesFieldOfTheEffectiveMode(String fields, String problem) {
        assertThatThrownBy(() -> loadFile(directory, kubeProxy(fields.formatted())))
                .hasMessageStartingWith(directory.resolve("config.conf") + ": " + problem);
    }

    @Test
    void toleratesWhatOnlyOtherModesLookAt() throws Exception {
        String fields = "ipvs: {excludeCIDRs: [x], tcpTimeout: -1s, syncPeriod: -1s}\nnftables: {masqueradeBit: 32}\n"
                + "detectLocalMode: NodeCIDR\nclusterCIDR: nonsense";

        assertThat(loadFile(directory, kubeProxy(fields)).config().mode()).isEqualTo(ProxyMode.UNSET);
    }

    @ParameterizedTest(name = "{index}: {0}")
    @CsvSource(delimiter = '|', textBlock = """
    ''                                              | is empty; want KubeProxyConfiguration
    ---%n---%n                                      | is empty; want KubeProxyConfiguration
    {                                               | is not YAML: line
    - a%n- b                                        | line 1 is not a mapping of field names
    kind: Pod%napiVersion: v1                       | line 1: a document of kind "Pod", apiVersion "v1"; want KubeProxy
    mode: ipvs                                      | line 1: a document of kind "", apiVersion ""; want KubeProxy
    kind: KubeProxyConfiguration%napiVersion: kubeproxy.config.k8s.io/v1 | line 1: a document of kind "KubeProxyConf
    """)
    void refusesFile(String text, String problem) {
        assertThatThrownBy(() -> loadFile(directory, text.formatted()))
                .isInstanceOf(InvalidConfigException.class)
                .hasMessageStartingWith("--config " + directory.resolve("config.conf") + ": " + problem);
    }

    @Test
    void refusesASecondDocumentOfAKind() {
        assertThatThrownBy(() -> loadFile(directory, kubeProxy("") + "---\n" + kubeProxy("")))
                .hasMessageContaining("line 5: a second KubeProxyConfiguration; keep one");
    }

    @Test
    void refusesAFileThatIsNotText() throws Exception {
        Path file = Files.write(directory.resolve("binary"), new byte[] {(byte) 0xff, (byte) 0xfe, 0});

        assertThatThrownBy(() -> load("--config=" + file)).hasMessage("--config " + file + ": is not UTF-8 text");
    }

    @Test
    void refusesADirectoryAsFile() {
        assertThatThrownBy(() -> load("--config=" + directory)).hasMessageContaining("cannot be read");
    }

    @Test
    void refusesNestingWithoutEnd() {
        assertThatThrownBy(() -> loadFile(directory, "a: &x [*x]")).hasMessageContaining("nested too deeply");
    }

    @Test
    void namesTheFileForBallastFieldsToo() {
        assertThatThrownBy(() -> loadFile(directory, kubeProxy("") + ballast("connectAttempts: 11\nmark: '0'")))
                .hasMessageStartingWith(directory.resolve("config.conf") + ": line 8: mark: \"0\" is zero");
    }

    @Test
    void reportsAllMistakesAtOnce() {
        InvalidConfigException failure = catchThrowableOfType(
                InvalidConfigException.class, () -> load("--oom-score-adj=2000", "--connect-attempts=0"));

        assertThat(failure.problems())
                .containsExactly(
                        "--oom-score-adj: \"2000\" is outside the range -1000 to 1000",
                        "--connect-attempts: \"0\" is outside the range 1 to 10");
    }

    @Test
    void refusesAWrongFlagEvenWhereAFileMakesItIgnored() {
        assertThatThrownBy(() -> loadFile(directory, kubeProxy(""), "--oom-score-adj=x"))
                .hasMessageStartingWith("--oom-score-adj: \"x\" is not a whole number");
    }

    @Test
    void shortensLongValues() {
        assertThatThrownBy(() -> load("--bind-address=" + "x".repeat(500)))
                .hasMessageContaining("x".repeat(120) + "…\" is not an IP address");
    }
}
