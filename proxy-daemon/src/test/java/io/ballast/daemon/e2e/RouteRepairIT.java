package io.ballast.daemon.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.ballast.netty.testing.Await;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Others take routes and policy rules, or all there is: it is back soon. */
class RouteRepairIT extends RepairFixture {
    @ParameterizedTest
    @ValueSource(strings = {"sk-lookup", "bind"})
    void putsBackRoutesAndPolicyRules(String intercept) throws Exception {
        BallastProcess ballast = cluster.ballast("--intercept=" + intercept, Cluster.BRIDGED_PODS);
        expectAll(ballast);
        String before = routing();
        assertThat(before).contains("local 10.96.0.10", "local fd00:96::10", "fwmark 0x1000/0x1000 lookup 1770");

        node.ip("route del local 10.96.0.10 dev lo table local", "route del local fd00:96::10 dev lo table local");
        awaitBack("ClusterIPs are local", this::routing, before);
        node.exec("ip", "rule", "del", "pref", "1770");
        node.exec("ip", "-6", "rule", "del", "pref", "1770");
        awaitBack("rules are there", this::routing, before);
        node.exec("ip", "route", "flush", "table", "1770");
        node.exec("ip", "-6", "route", "flush", "table", "1770");
        awaitBack("the table is there", this::routing, before);
        expectAll(ballast);
        node.ip("link set lo down", "link set lo up");
        awaitBack("all is there", this::routing, before);
        expectAll(ballast);

        assertThat(ballast.log())
                .contains("what=local-routes", "what=policy-routes", "taken=\"rule pref 1770 fwmark 0x1000/0x1000")
                .doesNotContain("ERROR");
    }

    /** Which detaches the socket lookup's program, too. */
    @ParameterizedTest
    @ValueSource(strings = {"sk-lookup", "bind"})
    void outlivesACleanup(String intercept) throws Exception {
        BpfMount bpf = cluster.keep(BpfMount.open());
        BallastProcess ballast = cluster.launch(bpf.enter(), "--intercept=" + intercept, Cluster.BRIDGED_PODS)
                .ready();
        expectAll(ballast);
        String before = routing() + ruleset();

        cluster.run(bpf.enter(), "cleanup");

        awaitBack("all is there", () -> routing() + ruleset(), before);
        if (intercept.equals("sk-lookup")) {
            Await.until("the program, too", () -> ballast.logged("what=sk-lookup") == 1);
            assertThat(bpf.list("/sys/fs/bpf/ballast")).hasSize(1);
        }
        expectAll(ballast);
    }

    private String routing() {
        String all = node.exec("ip", "route", "show", "table", "local", "proto", "177")
                + node.exec("ip", "-6", "route", "show", "table", "local", "proto", "177")
                + node.exec("ip", "route", "show", "table", "1770")
                + node.exec("ip", "-6", "route", "show", "table", "1770")
                + node.exec("ip", "rule")
                + node.exec("ip", "-6", "rule");
        // The node's own address may have become known since the start.
        return all.replaceAll(" src \\S+", "");
    }
}
