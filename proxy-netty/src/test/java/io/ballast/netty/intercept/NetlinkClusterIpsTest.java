package io.ballast.netty.intercept;

import static org.assertj.core.api.Assertions.assertThat;

import io.ballast.core.model.IpAddress;
import io.ballast.core.model.IpFamily;
import io.ballast.core.testing.RequiresCommand;
import io.ballast.core.testing.RequiresRoot;
import io.ballast.netty.linux.netlink.RouteNetlink;
import io.ballast.netty.testing.NetworkNamespace;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@RequiresRoot
@RequiresCommand({"ip", "nsenter"})
class NetlinkClusterIpsTest {
    private static final IpAddress NODE = IpAddress.parse("192.0.2.1");
    private static final IpAddress CLUSTER_IP = IpAddress.parse("10.96.0.1");
    private static final int COUNT = 500;

    private final NetworkNamespace namespace = NetworkNamespace.create();
    private final List<IpFamily> asked = new ArrayList<>();
    /** Addresses of interfaces. */
    private final Set<IpAddress> interfaces = new HashSet<>();
    /** Whose other ports are shut. */
    private final Set<IpAddress> shut = new HashSet<>();

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
        NetlinkClusterIps clusterIps = clusterIps(this::source);

        assertThat(clusterIps.add(addresses)).isEmpty();

        assertThat(clusterIps.left()).containsExactlyInAnyOrderElementsOf(addresses);
        assertThat(asked).containsExactly(IpFamily.IPV4);
    }

    @Test
    void leavesTheOtherPortsOfTheNodesOwnAddressesOpen() {
        List<IpAddress> own = List.of(NODE, IpAddress.parse("127.0.0.53"), IpAddress.parse("192.0.2.2"));
        interfaces.add(own.get(2));
        NetlinkClusterIps clusterIps = clusterIps(this::source);
        List<IpAddress> all = new ArrayList<>(own);
        all.add(CLUSTER_IP);

        assertThat(clusterIps.add(all)).isEmpty();

        assertThat(shut).containsExactly(CLUSTER_IP);
        assertThat(clusterIps.left()).containsExactly(CLUSTER_IP);
        clusterIps.remove(all);
        assertThat(shut).isEmpty();
        assertThat(clusterIps.left()).isEmpty();
    }

    /** As pods' gateway does, with the first pod. */
    @Test
    void givesBackAnAddressThatAnInterfaceGetsLater() {
        NetlinkClusterIps clusterIps = clusterIps(this::source);
        clusterIps.add(List.of(CLUSTER_IP));
        namespace.ip("addr add " + CLUSTER_IP + "/24 dev lo");
        interfaces.add(CLUSTER_IP);

        assertThat(clusterIps.add(List.of(CLUSTER_IP))).isEmpty();

        assertThat(shut).isEmpty();
        assertThat(clusterIps.left()).isEmpty();
        assertThat(namespace.exec("ip", "route", "show", "table", "local", CLUSTER_IP.toString()))
                .contains("proto kernel");

        namespace.ip("addr del " + CLUSTER_IP + "/24 dev lo");
        interfaces.remove(CLUSTER_IP);
        assertThat(clusterIps.add(List.of(CLUSTER_IP))).isEmpty();
        assertThat(shut).containsExactly(CLUSTER_IP);
        assertThat(clusterIps.left()).containsExactly(CLUSTER_IP);
    }

    @Test
    void removesRoutesThatWereMadeWhenTheNodeHadAnotherAddress() {
        namespace.ip("addr add 192.0.2.2/32 dev lo");
        IpAddress[] node = {IpAddress.parse("192.0.2.2")};
        NetlinkClusterIps clusterIps = clusterIps(family -> node[0]);
        clusterIps.add(List.of(CLUSTER_IP));
        node[0] = NODE;

        clusterIps.remove(List.of(CLUSTER_IP));

        assertThat(clusterIps.left()).isEmpty();
    }

    private NetlinkClusterIps clusterIps(Function<IpFamily, @Nullable IpAddress> source) {
        return new NetlinkClusterIps(
                netlink.localRoutes(),
                source,
                interfaces::contains,
                new NetlinkClusterIps.Guard(shut::addAll, shut::removeAll));
    }

    private @Nullable IpAddress source(IpFamily family) {
        asked.add(family);
        return family == IpFamily.IPV4 ? NODE : null;
    }
}
