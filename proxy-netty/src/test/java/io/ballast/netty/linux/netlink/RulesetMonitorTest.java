package io.ballast.netty.linux.netlink;

import static org.assertj.core.api.Assertions.assertThat;

import io.ballast.core.testing.RequiresFeature;
import io.ballast.core.testing.RequiresRoot;
import io.ballast.netty.linux.nft.Nftables;
import io.ballast.netty.testing.NetworkNamespace;
import io.ballast.netty.testing.NftablesProbe;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@RequiresRoot
@RequiresFeature(NftablesProbe.class)
class RulesetMonitorTest {
    private static final String TABLE = """
            table inet mine {
              set some { type ipv4_addr; elements = { 192.0.2.1, 192.0.2.2 }; }
              chain one { type filter hook input priority 0; ip daddr @some drop; }
              chain two { accept; }
            }
            """;

    private final NetworkNamespace namespace = NetworkNamespace.create();
    private final BlockingQueue<RulesetMonitor.Loss> losses = new LinkedBlockingQueue<>();
    private Nftables ours;
    private RulesetMonitor monitor;

    @BeforeEach
    void start() throws Exception {
        ours = namespace.run(Nftables::open);
        namespace.run(() -> ours.run(TABLE));
        monitor = namespace.run(() -> RulesetMonitor.start(Set.of("inet mine", "arp mine"), losses::add));
    }

    @AfterEach
    void close() {
        monitor.close();
        ours.close();
        namespace.close();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "flush ruleset                             | table inet mine",
                "delete table inet mine                    | table inet mine",
                "flush chain inet mine one                 | 1 rules of inet mine one",
                "flush table inet mine                     | 1 rules of inet mine one, 1 rules of inet mine two",
                "delete chain inet mine two                | 1 rules of inet mine two, 1 chains of inet mine two",
                "flush set inet mine some                  | 2 elements of inet mine some",
                "delete element inet mine some {192.0.2.1} | 1 elements of inet mine some"
            })
    void tellsWhatOthersTakeAndWho(String theft, String expected) throws Exception {
        namespace.exec("nft", theft);

        RulesetMonitor.Loss loss = losses.poll(10, TimeUnit.SECONDS);
        assertThat(loss).isNotNull();
        assertThat(loss.what().split(", ")).containsExactlyInAnyOrder(expected.split(", "));
        assertThat(loss.tables()).containsExactly("inet mine");
        assertThat(loss.by()).startsWith("nft (");
    }

    /** What another process of ours does when it takes over, and what others do to tables of their own. */
    @Test
    void saysNothingOfWhatIsPutBackInTheSameTransactionNorOfOtherTables() throws Exception {
        namespace.exec("nft", "add table inet other; add chain inet other one");
        namespace.exec("nft", "flush chain inet mine one; add rule inet mine one ip daddr @some accept");
        namespace.exec("nft", "flush set inet mine some; add element inet mine some { 192.0.2.7, 192.0.2.8 }");
        namespace.exec("nft", "add rule inet mine two drop");
        namespace.exec("nft", "delete table inet other");

        namespace.exec("nft", "delete table inet mine");

        assertThat(losses.poll(10, TimeUnit.SECONDS))
                .extracting(RulesetMonitor.Loss::what)
                .isEqualTo("table inet mine");
        assertThat(losses).isEmpty();
    }

    @Test
    void saysNothingOfWhatThisProcessDoes() throws Exception {
        namespace.run(() -> ours.run("delete table inet mine"));
        namespace.run(() -> ours.run(TABLE.replace("192.0.2.1, ", "")));

        namespace.exec("nft", "flush set inet mine some");

        assertThat(losses.poll(10, TimeUnit.SECONDS))
                .extracting(RulesetMonitor.Loss::what)
                .isEqualTo("1 elements of inet mine some");
        assertThat(losses).isEmpty();
    }
}
