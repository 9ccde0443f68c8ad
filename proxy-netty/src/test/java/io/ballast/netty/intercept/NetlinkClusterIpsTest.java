package io.ballast.netty.intercept;

import static org.assertj.core.api.Assertions.assertThat;

import io.ballast.core.model.IpAddress;
import io.ballast.core.model.IpFamily;
import io.ballast.core.testing.RequiresCommand;
import io.ballast.core.testing.RequiresRoot;
import io.ballast.netty.linux.netlink.RouteNetlink;
import io.ballast.netty.testing.NetworkNamespace;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@RequiresRoot
@RequiresCommand({"ip", "nsenter"})
class NetlinkClusterIpsTest {
    private static final IpAddress NODE = IpAddress.parse("192.0.2.1");
    private static final int COUNT = 500;

    private final NetworkNamespace namespace = NetworkNamespace.create();
    private final List<IpFamily> asked = new ArrayList<>();
    private RouteNetlink netlink;

    @BeforeEach
    void open() throws Exception {
        namespace.ip("addr add 192.0.2.1/32 dev lo");
        netlink = namespace.run(RouteNetlink::open);
    }

    @AfterEach
    void close() {
        netlink.close();
        namespace.close();
    }

    @Test
    void asksOnceForTheSourceOfAllRoutesOfAFamily() {
        List<IpAddress> addresses = IntStream.range(0, COUNT)
                .mapToObj(i -> IpAddress.parse("10.96." + i / 250 + "." + (i % 250 + 1)))
                .toList();
        NetlinkClusterIps clusterIps = new NetlinkClusterIps(
                netlink.localRoutes(), this::source, new NetlinkClusterIps.Guard(close -> {}, open -> {}));

        assertThat(clusterIps.add(addresses)).isEmpty();

        assertThat(clusterIps.left()).containsExactlyInAnyOrderElementsOf(addresses);
        assertThat(asked).containsExactly(IpFamily.IPV4);
    }

    @Test
    void leavesTheOtherPortsOfTheNodesOwnAddressOpen() {
        IpAddress clusterIp = IpAddress.parse("10.96.0.1");
        List<IpAddress> shut = new ArrayList<>();
        NetlinkClusterIps clusterIps = new NetlinkClusterIps(
                netlink.localRoutes(), this::source, new NetlinkClusterIps.Guard(shut::addAll, shut::removeAll));

        assertThat(clusterIps.add(List.of(NODE, clusterIp))).isEmpty();

        assertThat(shut).containsExactly(clusterIp);
        assertThat(clusterIps.left()).containsExactly(clusterIp);
        clusterIps.remove(List.of(NODE, clusterIp));
        assertThat(shut).isEmpty();
        assertThat(clusterIps.left()).isEmpty();
    }

    private @Nullable IpAddress source(IpFamily family) {
        asked.add(family);
        return family == IpFamily.IPV4 ? NODE : null;
    }
}
