package io.ballast.netty.intercept;

import static org.assertj.core.api.Assertions.assertThat;

import io.ballast.core.model.Cidr;
import io.ballast.core.model.Frontend;
import io.ballast.core.model.FrontendKind;
import io.ballast.core.model.IpAddress;
import io.ballast.core.routing.FrontendRoute;
import io.ballast.netty.testing.Routes;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The kernel refuses a transaction: nothing is believed to be in force that is not, and it is tried again. */
class RefusedRulesTest {
    private static final FrontendRoute EARLIER = external(1);
    private static final FrontendRoute WEB = external(2);
    private static final FrontendRoute OTHER = external(3);

    private final FakeNftables nft = new FakeNftables();
    private final OpenSockets tcp = new OpenSockets();
    private final KernelRules rules = new KernelRules(nft::run);
    private final BindInterceptor interceptor = new BindInterceptor(
            tcp,
            new OpenSockets(),
            new LoopbackOnly("not asked"),
            rules,
            new FrontendFacts(address -> false, route -> List.of(Cidr.parse("192.0.2.0/24"))));

    private static FrontendRoute external(int number) {
        return Routes.serving("tcp", "203.0.113." + number, 80, FrontendKind.EXTERNAL_IP);
    }

    @BeforeEach
    void serveOne() {
        rules.install(1, 1, IpAddress.parse("192.0.2.1"));
        assertThat(interceptor.serve(List.of(EARLIER))).isEmpty();
        nft.taken.clear();
    }

    @Test
    void reportsTheFrontendAndTriesItAgain() {
        nft.refused.add("203.0.113.2 ");
        assertThat(interceptor.serve(List.of(WEB))).containsOnlyKeys(WEB.frontend());

        nft.refused.clear();
        assertThat(interceptor.serve(List.of(WEB))).isEmpty();

        assertThat(nft.added("inet ballast steered4")).containsExactly("203.0.113.2 . tcp . 80");
        assertThat(nft.added("arp ballast steered")).containsExactly("203.0.113.2");
        assertThat(nft.log()).contains("frontends4 { 203.0.113.1 . tcp . 80 : jump", "203.0.113.2 . tcp . 80 : jump");
    }

    @Test
    void letsNobodyInWhereTheRuleThatKeepsOthersOutIsMissing() {
        nft.refused.add("203.0.113.2 ");

        interceptor.serve(List.of(WEB));

        assertThat(tcp.open).containsExactly(EARLIER.frontend());
    }

    @Test
    void servesTheOthersOfTheSameBatch() {
        nft.refused.add("203.0.113.2 ");

        Map<Frontend, String> failures = interceptor.serve(List.of(external(4), WEB, OTHER, external(5)));

        assertThat(failures).containsOnlyKeys(WEB.frontend()).containsValue("refused 203.0.113.2 ");
        assertThat(nft.added("inet ballast steered4"))
                .containsExactlyInAnyOrder(
                        "203.0.113.3 . tcp . 80", "203.0.113.4 . tcp . 80", "203.0.113.5 . tcp . 80");
    }

    @Test
    void givesUpSoonWhereNothingIsTaken() {
        nft.refused.add("203.0.113.");
        List<FrontendRoute> many = new ArrayList<>();
        for (int i = 10; i < 250; i++) {
            many.add(external(i));
        }

        assertThat(interceptor.serve(many)).hasSameSizeAs(many);

        assertThat(nft.refusals).isLessThan(250);
    }

    @Test
    void removesLaterWhatCannotBeRemovedNow() {
        nft.refused.add("delete element inet ballast steered4 { 203.0.113.1 ");
        interceptor.withdraw(List.of(EARLIER));
        assertThat(nft.log()).isEmpty();

        nft.refused.clear();
        interceptor.sweep();

        assertThat(nft.log()).contains("delete element inet ballast steered4 { 203.0.113.1 . tcp . 80 }");
    }

    @Test
    void writesNothingForAFrontendThatIsGoneBeforeItsRuleWasTaken() {
        nft.refused.add("203.0.113.2 ");
        interceptor.serve(List.of(WEB));
        nft.refused.clear();

        interceptor.withdraw(List.of(WEB));
        interceptor.sweep();
        rules.restore();

        assertThat(nft.log()).doesNotContain("203.0.113.2").contains("203.0.113.1 . tcp . 80");
    }

    /** Takes transactions as a whole, or refuses those that have a certain text. */
    private static final class FakeNftables {
        private final Set<String> refused = new HashSet<>();
        private final List<String> taken = new ArrayList<>();
        private int refusals;

        void run(String commands) {
            for (String text : refused) {
                if (commands.contains(text)) {
                    refusals++;
                    throw new IllegalStateException("refused " + text);
                }
            }
            taken.add(commands);
        }

        String log() {
            return String.join("", taken);
        }

        List<String> added(String set) {
            List<String> elements = new ArrayList<>();
            String prefix = "add element " + set + " { ";
            log().lines()
                    .filter(line -> line.startsWith(prefix))
                    .forEach(line ->
                            elements.addAll(List.of(line.substring(prefix.length(), line.length() - " }".length())
                                    .split(", "))));
            return elements;
        }
    }

    private static final class OpenSockets implements DatagramSockets {
        private final Set<Frontend> open = new HashSet<>();

        @Override
        public OpenSocket open(Frontend frontend, boolean transparent, boolean perLoop) {
            open.add(frontend);
            return () -> open.remove(frontend);
        }

        @Override
        public boolean isInUse(IpAddress frontendAddress) {
            return false;
        }

        @Override
        public boolean hasSessions(Frontend frontend) {
            return false;
        }

        @Override
        public void end(Frontend frontend) {
            throw new AssertionError("every frontend has a socket of its own here");
        }
    }
}
