package io.ballast.netty.linux.nft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.ballast.core.model.Cidr;
import io.ballast.core.model.IpAddress;
import io.ballast.core.model.Protocol;
import io.ballast.core.testing.RequiresCommand;
import io.ballast.core.testing.RequiresFeature;
import io.ballast.core.testing.RequiresRoot;
import io.ballast.netty.testing.NetworkNamespace;
import io.ballast.netty.testing.NftablesProbe;
import io.ballast.netty.testing.Privileges;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

@RequiresRoot
@RequiresCommand({"ip", "nft", "nsenter", "sysctl"})
@RequiresFeature(NftablesProbe.class)
class NftablesTest {
    private static final NftTable TABLE = new NftTable("inet", "ballast");
    private static final NftSet SET_4 = new NftSet(TABLE, "frontends4");
    private static final NftSet SET_6 = new NftSet(TABLE, "frontends6");
    private static final String DECLARATIONS = """
            table inet ballast {
                set frontends4 { type ipv4_addr . inet_proto . inet_service; }
                set frontends6 { type ipv6_addr . inet_proto . inet_service; }
                set sources { type ipv4_addr; flags interval; }
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

        nftables.run(new NftTransaction().statement(DECLARATIONS));

        assertThat(nftables.exists(TABLE)).isTrue();
        assertThat(nftables.exists(new NftTable("ip", "ballast"))).isFalse();
        assertThat(namespace.exec("nft", "list", "table", "inet", "ballast")).contains("set frontends6", "@frontends4");
        assertThat(nftables.list(TABLE)).contains("priority -150", "meta mark set 0x00100000");
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
        nftables.run(new NftTransaction().addElements(SET_4, elements(400)));
        List<PortElement> wrong = new ArrayList<>(elements(400));
        wrong.add(200, element("203.0.113.7", Protocol.UDP, 53));

        assertThatThrownBy(() -> nftables.run(new NftTransaction().deleteElements(SET_4, wrong)))
                .isInstanceOf(NftException.class)
                .hasMessageContaining("at \"203.0.113.7 . 17 . 53\" of \"delete element inet ballast frontends4 { ")
                .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(400));
        assertThat(nftables.elements(SET_4)).hasSize(400);
    }

    @Test
    void readsBackTheElementsItAdded() {
        Set<PortElement> four = Set.of(element("10.0.0.1", Protocol.TCP, 80), element("10.0.0.1", Protocol.UDP, 53));
        Set<PortElement> six =
                Set.of(element("2001:db8::1", Protocol.TCP, 443), element("2001:db8::1", Protocol.SCTP, 9));
        nftables.run(DECLARATIONS);
        assertThat(nftables.elements(SET_4)).isEmpty();

        nftables.run(new NftTransaction().addElements(SET_4, four).addElements(SET_6, six));
        nftables.run(new NftTransaction().addElements(SET_4, four));

        assertThat(nftables.elements(SET_4)).isEqualTo(four);
        assertThat(nftables.elements(SET_6)).isEqualTo(six);
    }

    @Test
    void deletesElementsThatAreThere() {
        List<PortElement> elements = elements(10);
        nftables.run(DECLARATIONS);
        nftables.run(new NftTransaction().addElements(SET_4, elements));

        nftables.run(new NftTransaction().deleteElements(SET_4, elements.subList(3, 10)));

        assertThat(nftables.elements(SET_4)).isEqualTo(Set.copyOf(elements.subList(0, 3)));
    }

    @Test
    void writesElementsOfOtherTypesAsTheyPrint() {
        nftables.run(DECLARATIONS);

        nftables.run(new NftTransaction()
                .addElements(
                        new NftSet(TABLE, "sources"), List.of(Cidr.parse("10.0.0.0/8"), IpAddress.parse("192.0.2.1"))));

        assertThat(nftables.list(TABLE)).contains("elements = { 10.0.0.0/8, 192.0.2.1 }");
    }

    @Test
    void doesNothingForAnEmptyTransaction() {
        nftables.run(new NftTransaction().addElements(SET_4, List.of()).deleteElements(SET_4, Set.of()));

        assertThat(nftables.run("list tables")).isEmpty();
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
    void writesTenThousandElementsInOneTransaction() {
        List<PortElement> all = elements(10_000);
        nftables.run(DECLARATIONS);

        Duration added = timed(() -> nftables.run(new NftTransaction().addElements(SET_4, all)));
        Duration one = timed(() ->
                nftables.run(new NftTransaction().addElements(SET_4, List.of(element("10.9.9.9", Protocol.TCP, 1)))));
        Duration listed = timed(() -> assertThat(nftables.elements(SET_4)).hasSize(10_001));
        Duration deleted = timed(() -> nftables.run(new NftTransaction().deleteElements(SET_4, all)));

        LoggerFactory.getLogger(getClass())
                .atInfo()
                .addKeyValue("added", added)
                .addKeyValue("one", one)
                .addKeyValue("listed", listed)
                .addKeyValue("deleted", deleted)
                .log("10 000 elements");
        assertThat(nftables.elements(SET_4)).hasSize(1);
    }

    @Test
    void refusesToWorkOnceClosed() {
        nftables.close();
        nftables.close();

        assertThatThrownBy(() -> nftables.run("list tables")).isInstanceOf(IllegalStateException.class);
    }

    private static Duration timed(Runnable action) {
        long start = System.nanoTime();
        action.run();
        return Duration.ofNanos(System.nanoTime() - start);
    }

    private static List<PortElement> elements(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> new PortElement(IpAddress.ofIpv4((10 << 24) + i / 4), Protocol.TCP, 80 + i % 4))
                .collect(Collectors.toList());
    }

    private static PortElement element(String address, Protocol protocol, int port) {
        return new PortElement(IpAddress.parse(address), protocol, port);
    }
}
