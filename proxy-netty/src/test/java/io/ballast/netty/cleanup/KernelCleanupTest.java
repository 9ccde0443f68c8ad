package io.ballast.netty.cleanup;

import static org.assertj.core.api.Assertions.assertThat;

import io.ballast.core.model.IpAddress;
import io.ballast.core.model.IpFamily;
import io.ballast.core.testing.RequiresCommand;
import io.ballast.core.testing.RequiresFeature;
import io.ballast.core.testing.RequiresRoot;
import io.ballast.netty.KernelNumbers;
import io.ballast.netty.intercept.KernelRules;
import io.ballast.netty.linux.Capability;
import io.ballast.netty.linux.netlink.LocalRoute;
import io.ballast.netty.linux.netlink.PolicyRule;
import io.ballast.netty.linux.netlink.RouteNetlink;
import io.ballast.netty.linux.nft.Nftables;
import io.ballast.netty.testing.NetworkNamespace;
import io.ballast.netty.testing.NftablesProbe;
import io.ballast.netty.testing.Privileges;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@RequiresRoot
@RequiresCommand({"ip", "nft", "nsenter", "sysctl"})
@RequiresFeature(NftablesProbe.class)
class KernelCleanupTest {
    private static final IpAddress CLUSTER_IP = IpAddress.parse("10.96.0.10");

    private final NetworkNamespace namespace = NetworkNamespace.create();

    @BeforeEach
    void addWhatBelongsToOthers() {
        namespace.ip(
                "link add eth0 type bridge",
                "addr add 192.0.2.1/24 dev eth0",
                "link set eth0 up",
                "route add local 198.51.100.1 dev lo proto 66",
                "route add local default dev lo table 1771",
                "rule add fwmark 0x4000/0x4000 lookup 1771 pref 1769");
        namespace.exec("ip", "-6", "rule", "add", "fwmark", "0x4000/0x4000", "lookup", "1771", "pref", "1769");
        namespace.exec("nft", "add table inet ballastic; add table ip kube-proxy; add table inet filter");
        namespace.awaitAddresses();
    }

    @AfterEach
    void close() {
        namespace.close();
    }

    private String dump() {
        return namespace.exec("ip", "route", "show", "table", "all")
                + namespace.exec("ip", "-6", "route", "show", "table", "all")
                + namespace.exec("ip", "rule")
                + namespace.exec("ip", "-6", "rule")
                + namespace.exec("nft", "list", "ruleset");
    }

    /** What a daemon leaves that was killed. */
    private Void leave() {
        try (RouteNetlink netlink = RouteNetlink.open();
                Nftables nftables = Nftables.open()) {
            for (IpFamily family : IpFamily.values()) {
                assertThat(netlink.localRoutes()
                                .add(List.of(LocalRoute.toEverything(family, KernelNumbers.TABLE, null))))
                        .isEmpty();
                assertThat(netlink.rules()
                                .add(List.of(new PolicyRule(
                                        family,
                                        KernelNumbers.PRIORITY,
                                        KernelNumbers.TABLE,
                                        new PolicyRule.Mark(0x1000, 0x1000)))))
                        .isEmpty();
            }
            assertThat(netlink.localRoutes().add(List.of(LocalRoute.to(CLUSTER_IP, IpAddress.parse("192.0.2.1")))))
                    .isEmpty();
            assertThat(netlink.rules()
                            .add(List.of(new PolicyRule(
                                    IpFamily.IPV4,
                                    KernelNumbers.PRIORITY,
                                    KernelNumbers.TABLE,
                                    PolicyRule.Destination.of(IpAddress.parse("203.0.113.7"), 6, 80)))))
                    .isEmpty();
            KernelRules rules = new KernelRules(nftables::run);
            rules.install(0x1000, 0x1000, IpAddress.parse("192.0.2.1"));
            rules.guard(List.of(CLUSTER_IP));
            nftables.run("add table bridge ballast-clientip");
        }
        return null;
    }

    @Test
    void leavesNothingOfOursAndAllOfOthers() throws Exception {
        String before = dump();
        namespace.run(this::leave);
        assertThat(dump()).isNotEqualTo(before);

        List<Removal> removals = namespace.run(KernelCleanup::run);

        assertThat(dump()).isEqualTo(before);
        assertThat(removals.stream().map(Removal::toString))
                .containsExactlyInAnyOrder(
                        "removed route local 10.96.0.10 dev lo src 192.0.2.1",
                        "removed route local 0.0.0.0/0 dev lo table 1770",
                        "removed route local ::/0 dev lo table 1770",
                        "removed rule pref 1770 fwmark 0x1000/0x1000 table 1770",
                        "removed rule -6 pref 1770 fwmark 0x1000/0x1000 table 1770",
                        "removed rule pref 1770 to 203.0.113.7/32 ipproto 6 dport 80 table 1770",
                        "removed nftables table inet ballast",
                        "removed nftables table arp ballast",
                        "removed nftables table bridge ballast-clientip");
    }

    @Test
    void findsNothingTheSecondTime() throws Exception {
        namespace.run(this::leave);
        namespace.run(KernelCleanup::run);

        assertThat(namespace.run(KernelCleanup::run)).isEmpty();
    }

    @Test
    void namesWhatItMayNotRemove() throws Exception {
        namespace.run(this::leave);

        List<Removal> removals =
                namespace.run(() -> Privileges.with(EnumSet.noneOf(Capability.class), KernelCleanup::run));

        assertThat(removals).allMatch(Removal::hasFailed);
        assertThat(removals.stream().map(Removal::toString))
                .anyMatch(line ->
                        line.startsWith("FAILED to remove route local 10.96.0.10") && line.contains("CAP_NET_ADMIN"))
                .anyMatch(line -> line.startsWith("FAILED to remove nftables tables of Ballast"));
        assertThat(Set.copyOf(removals)).hasSameSizeAs(removals);
    }
}
