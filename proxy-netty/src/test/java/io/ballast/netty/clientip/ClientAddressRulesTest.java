package io.ballast.netty.clientip;

import static org.assertj.core.api.Assertions.assertThat;

import io.ballast.core.testing.RequiresFeature;
import io.ballast.core.testing.RequiresRoot;
import io.ballast.netty.KernelNumbers;
import io.ballast.netty.linux.nft.Nftables;
import io.ballast.netty.testing.NetworkNamespace;
import io.ballast.netty.testing.NftablesProbe;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@RequiresRoot
@RequiresFeature(NftablesProbe.class)
class ClientAddressRulesTest {
    private final NetworkNamespace namespace = NetworkNamespace.create();
    private ClientAddressRules rules;

    @BeforeEach
    void install() throws Exception {
        rules = namespace.run(
                () -> new ClientAddressRules(Nftables.open(), KernelNumbers.DEFAULT, ReservedPorts.DEFAULT));
        rules.installReplies();
        rules.installBridges();
    }

    @AfterEach
    void close() {
        rules.close();
        namespace.close();
    }

    /** In one transaction: between two, replies would be switched to clients that reset them. */
    @Test
    void restoresTheBridgesTogetherWithTheInterfacesWhoseFramesAreLifted() {
        rules.lift(Map.of(4, "02:00:00:00:00:04", 5, "02:00:00:00:00:04"));
        rules.lift(Map.of(4, "02:00:00:00:00:77"));

        for (String theft : new String[] {"flush map bridge ballast-clients ports", "flush ruleset"}) {
            namespace.exec("nft", theft);
            rules.restoreBridges();

            assertThat(namespace.exec("nft", "-n", "list", "map", "bridge", "ballast-clients", "ports"))
                    .contains("elements = { 4 : 02:00:00:00:00:77 }");
        }
    }

    @Test
    void restoresBridgesOfWhichNoneIsLifted() {
        rules.lift(Map.of(4, "02:00:00:00:00:04"));
        rules.lift(Map.of());

        rules.restoreBridges();

        assertThat(namespace.exec("nft", "list", "map", "bridge", "ballast-clients", "ports"))
                .contains("ballast-clients")
                .doesNotContain("elements");
    }
}
