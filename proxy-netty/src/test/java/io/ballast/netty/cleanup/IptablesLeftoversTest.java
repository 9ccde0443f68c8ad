package io.ballast.netty.cleanup;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class IptablesLeftoversTest {
    private static String resource(String name) throws IOException {
        try (InputStream stream = IptablesLeftoversTest.class.getResourceAsStream(name)) {
            assertThat(stream).as(name).isNotNull();
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @Test
    void findsWhatKubeProxyMadeAndNothingElse() throws IOException {
        IptablesLeftovers leftovers = IptablesLeftovers.of(resource("kube-proxy.iptables"));

        assertThat(leftovers.chains().keySet()).containsExactlyInAnyOrder("nat", "filter", "mangle");
        assertThat(leftovers.chains().get("mangle")).containsExactly("KUBE-PROXY-CANARY");
        assertThat(leftovers.chains().get("filter"))
                .containsExactlyInAnyOrder(
                        "KUBE-EXTERNAL-SERVICES",
                        "KUBE-FORWARD",
                        "KUBE-NODEPORTS",
                        "KUBE-PROXY-CANARY",
                        "KUBE-PROXY-FIREWALL",
                        "KUBE-SERVICES");
        assertThat(leftovers.chains().get("nat"))
                .contains("KUBE-SVC-NPX46M4PTMTKRN6Y", "KUBE-SEP-Y23WSJZGSZPRMDDE", "KUBE-POSTROUTING");
        assertThat(leftovers.restoreCommands())
                .contains("-D INPUT -m conntrack --ctstate NEW -m comment --comment"
                        + " \"kubernetes load balancer firewall\" -j KUBE-PROXY-FIREWALL\n")
                .doesNotContain("KUBE-FIREWALL", "KUBE-KUBELET-CANARY", "CNI-", "MASQUERADE");
    }

    @Test
    void keepsWhatSomebodyElseUses() {
        IptablesLeftovers leftovers = IptablesLeftovers.of("""
                *nat
                :PREROUTING ACCEPT [0:0]
                :KUBE-SERVICES - [0:0]
                :KUBE-MARK-MASQ - [0:0]
                :CNI-DN-0123 - [0:0]
                -A PREROUTING -j KUBE-SERVICES
                -A KUBE-SERVICES -s 10.0.0.0/8 -j KUBE-MARK-MASQ
                -A CNI-DN-0123 -p tcp -j KUBE-MARK-MASQ
                COMMIT
                """);

        assertThat(leftovers.chains().get("nat")).containsExactly("KUBE-SERVICES");
        assertThat(leftovers.restoreCommands()).isEqualTo("""
                *nat
                :KUBE-SERVICES - [0:0]
                -D PREROUTING -j KUBE-SERVICES
                -X KUBE-SERVICES
                COMMIT
                """);
    }

    @Test
    void isEmptyWhereKubeProxyNeverRan() {
        assertThat(IptablesLeftovers.of("*nat\n:PREROUTING ACCEPT [0:0]\n-A PREROUTING -j ACCEPT\nCOMMIT\n")
                        .isEmpty())
                .isTrue();
        assertThat(IptablesLeftovers.of("").restoreCommands()).isEmpty();
    }
}
