package io.ballast.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.ballast.core.model.Cidr;
import io.ballast.core.model.Frontend;
import io.ballast.core.model.IpAddress;
import io.ballast.core.model.IpFamily;
import io.ballast.core.model.Protocol;
import io.ballast.core.routing.Admission;
import io.ballast.core.testing.RequiresCommand;
import io.ballast.core.testing.RequiresFeature;
import io.ballast.core.testing.RequiresRoot;
import io.ballast.netty.intercept.PacketRules.Rule;
import io.ballast.netty.testing.NetworkNamespace;
import io.ballast.netty.testing.NftablesProbe;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@RequiresRoot
@RequiresCommand({"ip", "nft", "nsenter"})
@RequiresFeature(NftablesProbe.class)
class PacketSetupTest {
    private static final KernelNumbers OURS = new KernelNumbers(0x20, 0x20);

    private final NetworkNamespace namespace = NetworkNamespace.create();
    private PacketSetup packets;

    @BeforeEach
    void open() throws Exception {
        packets = start(OURS);
    }

    private PacketSetup start(KernelNumbers numbers) throws Exception {
        return namespace.run(
                () -> new PacketSetup(new Interception.Settings(Interception.Mode.BIND, numbers, family -> null)));
    }

    @AfterEach
    void close() {
        packets.close();
        namespace.close();
    }

    private static Rule rule(int number, String... sources) {
        IpAddress address = IpAddress.parse("203.0.113." + number);
        return new Rule(
                new Frontend(Protocol.TCP, address, 80),
                true,
                Admission.EVERYONE,
                List.of(sources).stream().map(Cidr::parse).toList());
    }

    /** In another order than a restoration would. */
    private void serve() {
        for (int number : new int[] {7, 3, 9}) {
            packets.rules().update(List.of(rule(number)), List.of());
            packets.rules().update(List.of(rule(number, "198.51.100." + number + "/32", "192.0.2.0/24")), List.of());
        }
        packets.rules().update(List.of(), List.of(rule(3)));
        packets.guard(List.of(IpAddress.parse("10.96.0.9"), IpAddress.parse("10.96.0.1")));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "flush ruleset",
                "delete table arp ballast",
                "delete table inet ballast_sources",
                "flush chain inet ballast guard",
                "delete element inet ballast clusterips4 { 10.96.0.9 }",
                "flush set inet ballast steered4"
            })
    void tellsWhetherAnythingHadToBePutBack(String theft) throws Exception {
        namespace.run(() -> {
            serve();
            assertThat(packets.restoreTables()).isEmpty();

            namespace.exec("nft", theft);

            assertThat(packets.restoreTables()).isNotEmpty();
            assertThat(packets.restoreTables()).isEmpty();
            return null;
        });
    }

    /** Another Service gives it as an external address. */
    @Test
    void keepsAClusterIpOutOfArpAsLongAsItIsOne() throws Exception {
        List<IpAddress> clusterIp = List.of(rule(3).frontend().address());
        namespace.run(() -> {
            packets.guard(clusterIp);
            packets.rules().update(List.of(rule(3)), List.of());
            packets.rules().update(List.of(), List.of(rule(3)));
            assertThat(namespace.exec("nft", "list table arp ballast")).contains("203.0.113.3");

            packets.rules().update(List.of(rule(3)), List.of());
            packets.unguard(clusterIp);
            assertThat(namespace.exec("nft", "list table arp ballast")).contains("203.0.113.3");

            packets.rules().update(List.of(), List.of(rule(3)));
            assertThat(namespace.exec("nft", "list ruleset")).doesNotContain("203.0.113.3");
            return null;
        });
    }

    @Test
    void removesAnotherMarksRulesOnlyOnceItIsItsTurn() throws Exception {
        try (PacketSetup successor = start(new KernelNumbers(0x40, 0x40))) {
            assertThat(policy()).contains("fwmark 0x20/0x20", "fwmark 0x40/0x40");

            namespace.run(() -> {
                successor.settle();
                return null;
            });

            assertThat(policy()).contains("fwmark 0x40/0x40").doesNotContain("fwmark 0x20/0x20");
            assertThat(namespace.run(successor::restoreRouting)).isEmpty();
        }
    }

    private List<String> policy() {
        return List.of("-4", "-6").stream()
                .flatMap(family -> namespace.exec("ip", family, "rule").lines())
                .map(line -> line.replaceFirst(".*(fwmark \\S+).*", "$1"))
                .toList();
    }

    @Test
    void hasEveryFamilyLedByTheMark() {
        assertThat(policy()).filteredOn("fwmark 0x20/0x20"::equals).hasSize(IpFamily.values().length);
    }
}
