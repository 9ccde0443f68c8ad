package io.ballast.netty.capability;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.ballast.core.testing.RequiresCommand;
import io.ballast.core.testing.RequiresFeature;
import io.ballast.core.testing.RequiresKernel;
import io.ballast.core.testing.RequiresRoot;
import io.ballast.netty.capability.CapabilityReport.FeatureState;
import io.ballast.netty.linux.Capability;
import io.ballast.netty.testing.NetworkNamespace;
import io.ballast.netty.testing.NftablesProbe;
import io.ballast.netty.testing.Privileges;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@RequiresRoot
@RequiresCommand({"ip", "nft", "nsenter", "sysctl"})
@RequiresFeature(NftablesProbe.class)
@RequiresKernel("5.9")
class CapabilityReportTest {
    private final NetworkNamespace namespace = NetworkNamespace.create();

    @AfterEach
    void close() {
        namespace.close();
    }

    private CapabilityReport with(Set<Capability> capabilities) throws Exception {
        return namespace.run(() -> Privileges.with(capabilities, CapabilityReport::probe));
    }

    private static List<String> available(CapabilityReport report) {
        return report.features().stream()
                .filter(FeatureState::available)
                .map(FeatureState::feature)
                .filter(feature -> !feature.equals("sk-lookup-pins") && !feature.equals("low-ports"))
                .toList();
    }

    private static String reason(CapabilityReport report, String feature) {
        return report.features().stream()
                .filter(state -> state.feature().equals(feature))
                .findFirst()
                .orElseThrow()
                .reason();
    }

    @Test
    void hasEverythingAsRootAndLeavesNothing() throws Exception {
        String before = namespace.exec("nft", "list", "ruleset") + namespace.exec("ip", "rule");

        CapabilityReport report = namespace.run(CapabilityReport::probe);

        assertThat(available(report))
                .containsExactly(
                        "native-calls",
                        "local-routes",
                        "policy-routes",
                        "nftables",
                        "sk-lookup",
                        "crash-guard",
                        "raw-sockets",
                        "client-ip",
                        "client-ip-bridges",
                        "batched-calls");
        assertThat(namespace.exec("nft", "list", "ruleset") + namespace.exec("ip", "rule"))
                .isEqualTo(before);
    }

    @Test
    void saysWhatIsMissingWithoutPrivileges() throws Exception {
        CapabilityReport report = with(Set.of());

        assertThat(report.process()).isEmpty();
        assertThat(available(report)).containsExactly("native-calls", "batched-calls");
        assertThat(reason(report, "local-routes")).contains("CAP_NET_ADMIN");
        assertThat(reason(report, "nftables")).contains("CAP_NET_ADMIN");
        assertThat(reason(report, "sk-lookup")).contains("CAP_BPF", "CAP_NET_ADMIN");
        assertThat(reason(report, "crash-guard")).contains("nftables", "/sys/fs/bpf");
        assertThat(reason(report, "client-ip")).contains("CAP_NET_ADMIN");
        assertThat(report.firewall()).anyMatch(line -> line.contains("cannot be looked at"));
    }

    @Test
    void missesTheLookupWithNetAdminAlone() throws Exception {
        CapabilityReport report = with(Set.of(Capability.NET_ADMIN));

        assertThat(available(report))
                .containsExactly(
                        "native-calls",
                        "local-routes",
                        "policy-routes",
                        "nftables",
                        "crash-guard",
                        "client-ip",
                        "client-ip-bridges",
                        "batched-calls");
        assertThat(reason(report, "sk-lookup")).contains("missing: [CAP_BPF]");
    }

    @Test
    void hasEverythingWithThreeCapabilities() throws Exception {
        CapabilityReport report = with(Set.of(Capability.NET_ADMIN, Capability.BPF, Capability.NET_RAW));

        assertThat(available(report))
                .containsExactly(
                        "native-calls",
                        "local-routes",
                        "policy-routes",
                        "nftables",
                        "sk-lookup",
                        "crash-guard",
                        "raw-sockets",
                        "client-ip",
                        "client-ip-bridges",
                        "batched-calls");
    }

    @Test
    void readsTheNamespacesSettings() throws Exception {
        namespace.exec(
                "sysctl", "-qw", "net.ipv4.conf.all.rp_filter=1", "net.ipv4.ip_forward=1", "net.ipv4.tcp_tw_reuse=2");

        CapabilityReport report = namespace.run(CapabilityReport::probe);

        assertThat(report.settings())
                .anyMatch(setting -> setting.name().equals("net.ipv4.conf.all.rp_filter") && !setting.fits())
                .anyMatch(setting -> setting.name().equals("net.ipv4.ip_forward") && setting.fits())
                .anyMatch(setting -> setting.name().equals("net.ipv4.tcp_tw_reuse") && !setting.fits())
                .anyMatch(setting -> setting.name().equals("limit of open files"));
    }

    /** Where nftables keeps Service addresses out of ARP no setting is needed for that. */
    @ParameterizedTest
    @CsvSource({
        "true, 0, 0, true, true",
        "false, 0, 0, false, false",
        "false, 1, 1, true, false",
        "false, 2, 2, true, true",
        "false, 8, 2, false, true"
    })
    void judgesSettingsOfArpByWhetherThereIsATable(
            boolean table, int ignore, int announce, boolean ignoreFits, boolean announceFits) throws Exception {
        String prefix = "net.ipv4.conf.all.arp_";
        namespace.exec("sysctl", "-qw", prefix + "ignore=" + ignore, prefix + "announce=" + announce);

        CapabilityReport report = table ? namespace.run(CapabilityReport::probe) : with(Set.of());

        assertThat(report.settings())
                .filteredOn(setting -> setting.name().startsWith(prefix))
                .extracting(
                        CapabilityReport.Setting::name,
                        CapabilityReport.Setting::value,
                        CapabilityReport.Setting::wanted,
                        CapabilityReport.Setting::fits)
                .containsExactly(
                        tuple(prefix + "ignore", String.valueOf(ignore), table ? "any" : "1 or 2", ignoreFits),
                        tuple(prefix + "announce", String.valueOf(announce), table ? "any" : "2", announceFits));
    }

    @Test
    void namesChainsThatDropWhatComesIn() throws Exception {
        namespace.exec("nft", """
                add table inet ufw; add table ip filter; add table inet firewalld; add table arp hosts;
                add chain inet ufw in { type filter hook input priority 0; policy drop; };
                add chain inet ufw out { type filter hook output priority 0; policy drop; };
                add chain arp hosts in { type filter hook input priority 0; policy drop; };
                add chain inet firewalld in { type filter hook input priority 10; policy accept; };
                add rule inet firewalld in ct state established,related accept;
                add rule inet firewalld in counter reject with icmpx type admin-prohibited;
                add chain ip filter INPUT { type filter hook input priority 0; policy accept; };
                add rule ip filter INPUT tcp dport 23 drop""");

        assertThat(namespace.run(CapabilityReport::inputFirewalls))
                .satisfiesExactlyInAnyOrder(
                        line -> assertThat(line).startsWith("nftables chain inet ufw in drops by default"),
                        line -> assertThat(line).startsWith("nftables chain inet firewalld in drops by default"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"iptables-nft", "iptables-legacy", "ip6tables-nft", "ip6tables-legacy"})
    void namesTheChainOfIptables(String program) throws Exception {
        namespace.exec(program, "-A", "INPUT", "-p", "tcp", "--dport", "22", "-j", "ACCEPT");
        assertThat(namespace.run(CapabilityReport::inputFirewalls)).isEmpty();

        namespace.exec(program, "-A", "INPUT", "-j", "REJECT");

        assertThat(namespace.run(CapabilityReport::inputFirewalls))
                .singleElement()
                .asString()
                .contains("INPUT drops by default", program.startsWith("ip6") ? "ip6" : "ip");
    }
}
