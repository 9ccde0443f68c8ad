package io.ballast.netty.cleanup;

import static org.assertj.core.api.Assertions.assertThat;

import io.ballast.core.testing.RequiresCommand;
import io.ballast.core.testing.RequiresFeature;
import io.ballast.core.testing.RequiresRoot;
import io.ballast.netty.testing.NetworkNamespace;
import io.ballast.netty.testing.NftablesProbe;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@RequiresRoot
@RequiresCommand({"ip", "nft", "nsenter", "sysctl", "iptables-nft-restore", "iptables-legacy-restore"})
@RequiresFeature(NftablesProbe.class)
class KubeProxyCleanupTest {
    private final NetworkNamespace namespace = NetworkNamespace.create();

    @TempDir
    Path directory;

    @AfterEach
    void close() {
        namespace.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"iptables-nft", "iptables-legacy", "ip6tables-nft", "ip6tables-legacy"})
    void removesItsChainsAndKeepsThoseOfOthers(String variant) throws Exception {
        Path saved = directory.resolve("saved");
        try (InputStream stream = getClass().getResourceAsStream("kube-proxy.iptables")) {
            assertThat(stream).isNotNull();
            String text = new String(stream.readAllBytes(), StandardCharsets.UTF_8);
            Files.writeString(saved, variant.startsWith("ip6") ? inIpv6(text) : text);
        }
        namespace.exec("sh", "-c", variant + "-restore < " + saved);

        List<Removal> removals = namespace.run(KubeProxyCleanup::run);

        assertThat(removals).noneMatch(Removal::hasFailed);
        assertThat(removals.stream().map(Removal::toString))
                .contains("removed " + variant + " -t nat chain KUBE-SERVICES")
                .hasSizeGreaterThan(20);
        assertThat(namespace.exec(variant + "-save").lines().filter(line -> line.contains("KUBE-")))
                .allMatch(line -> line.matches(".*KUBE-(FIREWALL|KUBELET-CANARY|IPTABLES-HINT).*"));
        assertThat(namespace.exec(variant + "-save")).contains("-j CNI-0123456789abcdef01234567", "-j KUBE-FIREWALL");
        assertThat(namespace.run(KubeProxyCleanup::run).stream().map(Removal::outcome))
                .doesNotContain(Removal.Outcome.REMOVED, Removal.Outcome.FAILED);
    }

    private static String inIpv6(String text) {
        return text.replaceAll("10\\.244\\.0\\.0/(16|24)", "fd00:10:244::/64")
                .replaceAll("224\\.0\\.0\\.0/4", "ff00::/8")
                .replaceAll("127\\.0\\.0\\.0/8", "::1/128")
                .replaceAll("(\\d+)\\.(\\d+)\\.(\\d+)\\.(\\d+)/32", "2001:db8::$4/128")
                .replaceAll("192\\.0\\.2\\.1:6443", "[2001:db8::1]:6443")
                .replaceAll("192\\.0\\.2\\.1", "2001:db8::1");
    }

    @Test
    void removesItsTablesAndItsInterface() throws Exception {
        namespace.exec("nft", "add table inet filter; add table ip calico");
        String before = namespace.exec("nft", "list", "ruleset") + namespace.exec("ip", "-o", "link");
        namespace.exec("nft", "add table ip kube-proxy; add table ip6 kube-proxy; add chain ip kube-proxy services");
        // A dummy in truth, which not every kernel has.
        namespace.ip("link add kube-ipvs0 type bridge", "addr add 10.96.0.1/32 dev kube-ipvs0");

        List<Removal> removals = namespace.run(KubeProxyCleanup::run);

        assertThat(removals.stream().map(Removal::toString))
                .containsExactlyInAnyOrder(
                        "removed nftables table ip kube-proxy",
                        "removed nftables table ip6 kube-proxy",
                        "removed interface kube-ipvs0");
        assertThat(namespace.exec("nft", "list", "ruleset") + namespace.exec("ip", "-o", "link"))
                .isEqualTo(before);
    }
}
