package io.ballast.daemon.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.ballast.netty.testing.Await;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** An upgrade that is called off: the new process ends before it serves. */
class CalledOffUpgradeIT extends SuccessorsFixture {
    @ParameterizedTest
    @CsvSource({
        "sk-lookup, --cleanup-on-exit=false",
        "bind, --cleanup-on-exit=false",
        "sk-lookup, --cleanup-on-exit",
        "bind, --cleanup-on-exit",
        "sk-lookup, --client-ip=never"
    })
    void takeNothingWithThemWhenTheyEndWaiting(String intercept, String flag) throws Exception {
        BallastProcess first = launch(intercept).ready();
        BallastProcess second = launchWaiting(intercept, flag);

        assertThat(second.stop()).as(second.log()).isZero();

        // All that was taken before this is noticed by the time that this is put back.
        cluster.node().exec("nft", "delete table arp ballast");
        Await.until(
                "the table is back",
                () -> first.logged("it is back") > 0
                        && cluster.node().exec("nft", "list tables").contains("arp ballast"));
        assertThat(first.admin("/metrics").lines().filter(line -> line.startsWith("ballast_repairs_total")))
                .as(first.log())
                .allMatch(line -> line.endsWith(line.contains("\"nftables\"") ? " 1" : " 0"));
        assertThat(first.stop()).as(first.log()).isZero();
        assertThat(cluster.node().exec("nft", "list tables")).doesNotContain("ballast-clients");
    }
}
