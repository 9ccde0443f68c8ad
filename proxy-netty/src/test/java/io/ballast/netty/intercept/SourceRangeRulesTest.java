package io.ballast.netty.intercept;

import static org.assertj.core.api.Assertions.assertThat;

import io.ballast.core.model.Cidr;
import io.ballast.core.model.Frontend;
import io.ballast.core.model.IpAddress;
import io.ballast.core.model.Protocol;
import io.ballast.core.routing.Admission;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class SourceRangeRulesTest {
    private static final String TWO = "192.0.2.0/24 198.51.100.0/24";

    private final SourceRangeRules rules = new SourceRangeRules();

    private static Frontend frontend(int number) {
        IpAddress address = IpAddress.parse("203.0.113." + number);
        return new Frontend(Protocol.TCP, address, 80);
    }

    private static PacketRules.Rule guarded(int number, String ranges) {
        List<Cidr> sources = ranges.isEmpty()
                ? List.of()
                : List.of(ranges.split(" ")).stream().map(Cidr::parse).toList();
        return new PacketRules.Rule(frontend(number), true, Admission.EVERYONE, sources);
    }

    private String set(int number, String ranges) {
        return rules.change(Map.of(frontend(number), guarded(number, ranges)));
    }

    private String remove(int number) {
        Map<Frontend, PacketRules.@Nullable Rule> after = new HashMap<>();
        after.put(frontend(number), null);
        return rules.change(after);
    }

    @Test
    void removesWhatAnEarlierProcessLeftOnceAndMakesNoTableThatNobodyNeeds() {
        assertThat(set(1, "")).isEqualTo("add table inet ballast_sources\ndelete table inet ballast_sources\n");
        assertThat(set(2, "")).isEmpty();
    }

    @Test
    void dropsAllOthersInAChainThatFrontendsWithTheSameRangesShare() {
        assertThat(set(1, TWO))
                .contains("type filter hook prerouting")
                .contains(
                        "add chain inet ballast_sources ranges0 { ip saddr { 192.0.2.0/24, 198.51.100.0/24 } accept; drop; }")
                .endsWith("add element inet ballast_sources frontends4 { 203.0.113.1 . tcp . 80 : jump ranges0 }\n");

        assertThat(set(2, TWO))
                .isEqualTo("add element inet ballast_sources frontends4 { 203.0.113.2 . tcp . 80 : jump ranges0 }\n");
    }

    @Test
    void changesOneFrontendWithoutTouchingTheOthers() {
        for (int i = 1; i <= 200; i++) {
            set(i, "10." + i + ".0.0/16");
        }

        assertThat(set(7, TWO).lines().toList())
                .containsExactly(
                        "add chain inet ballast_sources ranges200 { ip saddr { 192.0.2.0/24, 198.51.100.0/24 } accept; drop; }",
                        "delete element inet ballast_sources frontends4 { 203.0.113.7 . tcp . 80 }",
                        "add element inet ballast_sources frontends4 { 203.0.113.7 . tcp . 80 : jump ranges200 }");
        assertThat(rules.cleared()).isEqualTo("delete chain inet ballast_sources ranges6\n");
        assertThat(remove(9).lines().toList())
                .containsExactly("delete element inet ballast_sources frontends4 { 203.0.113.9 . tcp . 80 }");
        assertThat(rules.cleared()).isEqualTo("delete chain inet ballast_sources ranges8\n");
    }

    @Test
    void keepsAChainAsLongAsAFrontendLeadsToIt() {
        set(1, TWO);
        set(2, TWO);

        set(1, "");
        assertThat(rules.cleared()).isEmpty();
        set(2, "");
        assertThat(rules.cleared()).isEqualTo("delete chain inet ballast_sources ranges0\n");
    }

    @Test
    void saysNothingWhereNothingChanged() {
        set(1, TWO);

        assertThat(set(1, TWO)).isEmpty();
        assertThat(remove(2)).isEmpty();
    }

    @Test
    void writesTheWholeTableAfterAFailure() {
        set(1, TWO);
        set(2, "10.0.0.0/8");
        rules.distrust();

        assertThat(set(3, ""))
                .startsWith("add table inet ballast_sources\ndelete table inet ballast_sources\n")
                .contains("203.0.113.1 . tcp . 80 : jump ranges0", "203.0.113.2 . tcp . 80 : jump ranges1");
    }
}
