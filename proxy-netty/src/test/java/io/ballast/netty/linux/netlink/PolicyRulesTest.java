package io.ballast.netty.linux.netlink;

import static org.assertj.core.api.Assertions.assertThat;

import io.ballast.core.model.IpAddress;
import io.ballast.core.model.IpFamily;
import io.ballast.core.testing.RequiresCommand;
import io.ballast.core.testing.RequiresRoot;
import io.ballast.netty.linux.Errno;
import io.ballast.netty.testing.NetworkNamespace;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@RequiresRoot
@RequiresCommand({"ip", "nsenter", "sysctl"})
class PolicyRulesTest {
    private static final PolicyRule MARK_4 =
            new PolicyRule(IpFamily.IPV4, 77, 1077, new PolicyRule.Mark(0x00100000, 0x00f00000));
    private static final PolicyRule MARK_6 =
            new PolicyRule(IpFamily.IPV6, 77, 1077, new PolicyRule.Mark(0x00100000, 0x00f00000));
    private static final PolicyRule PORT_4 =
            new PolicyRule(IpFamily.IPV4, 78, 1077, PolicyRule.Destination.of(IpAddress.parse("203.0.113.1"), 6, 443));
    private static final PolicyRule PORT_6 = new PolicyRule(
            IpFamily.IPV6, 78, 1077, PolicyRule.Destination.of(IpAddress.parse("2001:db8:f::1"), 17, 53));

    private final NetworkNamespace namespace = NetworkNamespace.create();
    private RouteNetlink netlink;
    private PolicyRules rules;

    @BeforeEach
    void open() throws Exception {
        netlink = namespace.run(RouteNetlink::open);
        rules = netlink.rules();
    }

    @AfterEach
    void close() {
        netlink.close();
        namespace.close();
    }

    @Test
    void addsRulesThatTheKernelShowsAsMeant() {
        assertThat(rules.add(List.of(MARK_4, MARK_6, PORT_4, PORT_6))).isEmpty();

        assertThat(namespace.exec("ip", "rule").lines())
                .contains(
                        "77:\tfrom all fwmark 0x100000/0xf00000 lookup 1077 proto 177",
                        "78:\tfrom all to 203.0.113.1 ipproto tcp dport 443 lookup 1077 proto 177");
        assertThat(namespace.exec("ip", "-6", "rule").lines())
                .contains(
                        "77:\tfrom all fwmark 0x100000/0xf00000 lookup 1077 proto 177",
                        "78:\tfrom all to 2001:db8:f::1 ipproto udp dport 53 lookup 1077 proto 177");
        assertThat(rules.list()).containsExactlyInAnyOrder(MARK_4, MARK_6, PORT_4, PORT_6);
    }

    @Test
    void reportsAnExistingRule() {
        rules.add(List.of(PORT_4));

        assertThat(rules.add(List.of(PORT_4, PORT_6))).hasSize(1).hasEntrySatisfying(PORT_4, e -> assertThat(e.errno())
                .isEqualTo(Errno.EEXIST));
    }

    @Test
    void leavesTheRulesOfOthersAlone() {
        namespace.ip(
                "rule add pref 77 fwmark 0x100000/0xf00000 table 1077",
                "rule add pref 50 fwmark 0x4000/0x4000 table 99 protocol static");
        String before = namespace.exec("ip", "rule");

        assertThat(rules.delete(List.of(MARK_4))).isEmpty();
        assertThat(rules.ensure(Set.of())).isEmpty();

        assertThat(rules.list()).isEmpty();
        assertThat(namespace.exec("ip", "rule")).isEqualTo(before);
    }

    @Test
    void ensuresExactlyWhatIsWanted() {
        assertThat(rules.ensure(Set.of(MARK_4, PORT_4))).isEmpty();
        assertThat(rules.ensure(Set.of(MARK_4, PORT_4))).isEmpty();
        assertThat(rules.ensure(Set.of(MARK_4, PORT_6))).isEmpty();

        assertThat(rules.list()).containsExactlyInAnyOrder(MARK_4, PORT_6);
    }

    @Test
    void steersOneAddressAndPortToThisHostAndNoOther() throws Exception {
        netlink.localRoutes()
                .add(List.of(
                        LocalRoute.toEverything(IpFamily.IPV4, 1077, null),
                        LocalRoute.toEverything(IpFamily.IPV6, 1077, null)));
        assertThat(rules.add(List.of(PORT_4, PORT_6))).isEmpty();

        assertThat(namespace.exec("ip", "route", "get", "203.0.113.1", "ipproto", "tcp", "dport", "443"))
                .startsWith("local 203.0.113.1 dev lo table 1077");
        assertThat(namespace.exec("ip", "route", "get", "2001:db8:f::1", "ipproto", "udp", "dport", "53"))
                .startsWith("local 2001:db8:f::1 from :: dev lo table 1077");
        assertThat(netlink.lookup(IpAddress.parse("203.0.113.1"))).isEmpty();
    }

    @Test
    void namesTheRuleThatTheKernelRefuses() {
        PolicyRule unheardOf = new PolicyRule(
                IpFamily.IPV4, 79, 1077, PolicyRule.Destination.of(IpAddress.parse("203.0.113.1"), 6, 0));

        assertThat(rules.add(List.of(unheardOf, MARK_4))).hasSize(1).hasEntrySatisfying(unheardOf, e -> assertThat(e)
                .hasMessageStartingWith("add rule pref 79 to 203.0.113.1/32 ipproto 6 dport 0 table 1077:"
                        + " EINVAL (Invalid argument)"));
        assertThat(rules.list()).containsExactly(MARK_4);
    }
}
