package io.ballast.netty.linux.netlink;

import io.ballast.core.model.IpAddress;
import io.ballast.core.testing.RequiresCommand;
import io.ballast.core.testing.RequiresRoot;
import io.ballast.netty.testing.NetworkNamespace;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** A node with two addresses in each family, and the routes that make its Services' addresses local. */
@RequiresRoot
@RequiresCommand({"ip", "nsenter", "sysctl"})
abstract class LocalRoutesFixture {
    static final IpAddress NODE_4 = IpAddress.parse("192.0.2.1");
    static final IpAddress NODE_6 = IpAddress.parse("2001:db8::1");
    static final IpAddress OTHER_4 = IpAddress.parse("192.0.2.2");
    static final IpAddress OTHER_6 = IpAddress.parse("2001:db8::2");
    static final IpAddress SERVICE_4 = IpAddress.parse("10.96.0.10");
    static final IpAddress SERVICE_6 = IpAddress.parse("2001:db8:96::10");

    final NetworkNamespace namespace = NetworkNamespace.create();
    RouteNetlink netlink;
    LocalRoutes routes;

    @BeforeEach
    void open() throws Exception {
        namespace.ip(
                "link add eth0 type veth peer name peer0",
                "link set eth0 up",
                "link set peer0 up",
                "addr add 192.0.2.1/24 dev eth0",
                "addr add 192.0.2.2/24 dev eth0",
                "addr add 2001:db8::1/64 dev eth0 nodad",
                "addr add 2001:db8::2/64 dev eth0 nodad");
        namespace.awaitAddresses();
        netlink = namespace.run(RouteNetlink::open);
        routes = netlink.localRoutes();
    }

    @AfterEach
    void close() {
        netlink.close();
        namespace.close();
    }

    static IpAddress serviceIp(int i) {
        return IpAddress.ofIpv4((10 << 24 | 128 << 16) + i);
    }

    static List<LocalRoute> both(IpAddress source4, IpAddress source6) {
        return List.of(LocalRoute.to(SERVICE_4, source4), LocalRoute.to(SERVICE_6, source6));
    }
}
