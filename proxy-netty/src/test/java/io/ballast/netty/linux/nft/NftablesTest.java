package io.ballast.netty.linux.nft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.ballast.core.model.IpAddress;
import io.ballast.core.testing.RequiresCommand;
import io.ballast.core.testing.RequiresFeature;
import io.ballast.core.testing.RequiresRoot;
import io.ballast.netty.testing.NetworkNamespace;
import io.ballast.netty.testing.NftablesProbe;
import io.ballast.netty.testing.Privileges;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@RequiresRoot
@RequiresCommand({"ip", "nft", "nsenter", "sysctl"})
@RequiresFeature(NftablesProbe.class)
class NftablesTest {
    private static final NftTable TABLE = new NftTable("inet", "ballast");
    private static final String DECLARATIONS = """
            table inet ballast {
                set frontends4 { type ipv4_addr . inet_proto . inet_service; }
                set frontends6 { type ipv6_addr . inet_proto . inet_service; }
                chain prerouting {
                    type filter hook prerouting priority mangle;
                    ip daddr . meta l4proto . th dport @frontends4 meta mark set 0x100000
                }
            }
            """;

    private final NetworkNamespace namespace = NetworkNamespace.create();
    private Nftables nftables;

    @BeforeEach
    void open() throws Exception {
        nftables = namespace.run(Nftables::open);
    }

    @AfterEach
    void close() {
        nftables.close();
        namespace.close();
    }

    @Test
    void runsATransactionThatTheKernelShows() {
        assertThat(nftables.exists(TABLE)).isFalse();

        nftables.run(DECLARATIONS);

        assertThat(nftables.exists(TABLE)).isTrue();
        assertThat(nftables.exists(new NftTable("ip", "ballast"))).isFalse();
        assertThat(namespace.exec("nft", "list", "table", "inet", "ballast")).contains("set frontends6", "@frontends4");
        assertThat(nftables.run("list table " + TABLE)).contains("priority -150", "meta mark set 0x00100000");
    }

    @Test
    void namesTheStatementThatFailedAndKeepsNothing() {
        String script = DECLARATIONS + "add rule inet ballast prerouting accept\nadd rule inet ballast nosuch accept\n";

        assertThatThrownBy(() -> nftables.run(script))
                .isInstanceOf(NftException.class)
                .hasMessage("nftables: Could not process rule: No such file or directory, at \"nosuch\""
                        + " of \"add rule inet ballast nosuch accept\"");
        assertThat(nftables.exists(TABLE)).isFalse();
        assertThat(nftables.run("list tables")).isEmpty();
    }

    @Test
    void namesASyntaxError() {
        assertThatThrownBy(() -> nftables.run("add table inet a\nfoo bar\n"))
                .isInstanceOfSatisfying(NftException.class, e -> {
                    assertThat(e.reason()).startsWith("syntax error, unexpected");
                    assertThat(e.statement()).isEqualTo("foo bar");
                });
        assertThat(nftables.run("list tables")).isEmpty();
    }

    @Test
    void quotesOnlyTheCulpritOfALongStatement() {
        nftables.run(DECLARATIONS);
        nftables.run("add" + elements(400));
        String wrong = "delete" + elements(400).replace("10.0.0.50 . 6 . 80", "203.0.113.7 . 17 . 53");

        assertThatThrownBy(() -> nftables.run(wrong))
                .isInstanceOf(NftException.class)
                .hasMessageContaining("at \"203.0.113.7 . 17 . 53\" of \"delete element inet ballast frontends4 { ")
                .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(400));
        assertThat(countElements()).isEqualTo(400);
    }

    @Test
    void namesTheMissingCapability() throws Exception {
        NftException failure = namespace.run(() -> Privileges.with(Set.of(), () -> {
            try (Nftables unprivileged = Nftables.open()) {
                return catchThrowableOfType(NftException.class, () -> unprivileged.run("add table inet ballast"));
            }
        }));
        String reason = namespace.run(
                () -> Privileges.with(Set.of(), () -> Nftables.unavailability().orElse("")));

        assertThat(failure).hasMessageContaining("Operation not permitted").hasMessageContaining("needs CAP_NET_ADMIN");
        assertThat(reason).contains("needs CAP_NET_ADMIN");
    }

    @Test
    void worksFromManyThreadsEachWithItsOwnContextAndNamespace() throws Exception {
        List<CompletableFuture<Void>> results = new ArrayList<>();
        try (NetworkNamespace other = NetworkNamespace.create()) {
            for (int thread = 0; thread < 4; thread++) {
                NetworkNamespace home = thread % 2 == 0 ? namespace : other;
                String name = "t" + thread;
                CompletableFuture<Void> result = new CompletableFuture<>();
                results.add(result);
                home.threadFactory()
                        .newThread(() -> result.completeAsync(() -> null, body -> runIn(name, body, result)))
                        .start();
            }
            for (CompletableFuture<Void> result : results) {
                result.get();
            }
            assertThat(namespace.exec("nft", "list", "tables").lines())
                    .containsExactlyInAnyOrder("table inet t0", "table inet t2");
            assertThat(other.exec("nft", "list", "tables").lines())
                    .containsExactlyInAnyOrder("table inet t1", "table inet t3");
        }
    }

    private static void runIn(String name, Runnable completion, CompletableFuture<Void> result) {
        try (Nftables own = Nftables.open()) {
            for (int i = 0; i < 50; i++) {
                own.run("add table inet " + name + "\ndelete table inet " + name + "\nadd table inet " + name);
                assertThat(own.exists(new NftTable("inet", name))).isTrue();
                assertThatThrownBy(() -> own.run("list table inet nosuch")).isInstanceOf(NftException.class);
            }
            completion.run();
        } catch (RuntimeException | AssertionError e) {
            result.completeExceptionally(e);
        }
    }

    @Test
    void takesTenThousandElementsInOneTransaction() {
        nftables.run(DECLARATIONS);

        nftables.run("add" + elements(10_000));
        assertThat(countElements()).isEqualTo(10_000);
        nftables.run("delete" + elements(10_000));
        assertThat(countElements()).isZero();
    }

    @Test
    void refusesToWorkOnceClosed() {
        nftables.close();
        nftables.close();

        assertThatThrownBy(() -> nftables.run("list tables")).isInstanceOf(IllegalStateException.class);
    }

    /** The end of a statement, in numbers: four ports of each address. */
    private static String elements(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> IpAddress.ofIpv4((10 << 24) + i / 4) + " . 6 . " + (80 + i % 4))
                .collect(Collectors.joining(", ", " element " + TABLE + " frontends4 { ", " }\n"));
    }

    private long countElements() {
        return Pattern.compile(" \\. 6 \\. ")
                .matcher(nftables.run("list set " + TABLE + " frontends4"))
                .results()
                .count();
    }
}
