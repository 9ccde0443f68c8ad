package io.ballast.netty.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.ballast.core.model.HostAddresses;
import io.ballast.core.model.IpAddress;
import io.ballast.core.testing.RequiresCommand;
import io.ballast.core.testing.RequiresRoot;
import io.ballast.netty.testing.NetworkNamespace;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

@RequiresRoot
@RequiresCommand({"ip", "nsenter"})
class NodeNetworkTest {
    /**
     * As kube-proxy's IPVS mode leaves behind, on a dummy in truth, which not every kernel has; one of the addresses is the
     * node's after all.
     */
    @Test
    void tellsTheNodesOwnAddressesFromThoseThatAreThereForServices() throws Exception {
        try (NetworkNamespace namespace = NetworkNamespace.create()) {
            namespace.ip(
                    "link add kube-ipvs0 type bridge",
                    "addr add 10.96.0.1/32 dev kube-ipvs0",
                    "addr add 192.0.2.1/32 dev kube-ipvs0",
                    "link add cni0 type bridge",
                    "addr add 192.0.2.1/24 dev cni0",
                    "link set cni0 up");

            try (NodeNetwork network = namespace.run(() -> NodeNetwork.open(() -> {}))) {
                assertThat(network.servedAddresses())
                        .isEqualTo(
                                new HostAddresses(addresses("127.0.0.1", "::1", "192.0.2.1"), addresses("10.96.0.1")));
                assertThat(network.isOwn(IpAddress.parse("192.0.2.1"))).isTrue();
                assertThat(network.isOwn(IpAddress.parse("10.96.0.1"))).isFalse();
                assertThat(network.owns(IpAddress.parse("10.96.0.1"))).isTrue();
            }
        }
    }

    private static Set<IpAddress> addresses(String... texts) {
        return Set.of(texts).stream().map(IpAddress::parse).collect(Collectors.toSet());
    }
}
