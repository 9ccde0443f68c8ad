package io.ballast.netty.linux.bpf;

import io.ballast.core.model.Frontend;
import io.ballast.core.model.IpAddress;
import io.ballast.core.model.IpFamily;
import io.ballast.core.model.Protocol;

/** The four kinds of frontend that every promise is tested with. */
enum LookupCase {
    TCP_IPV4(Protocol.TCP, IpFamily.IPV4),
    TCP_IPV6(Protocol.TCP, IpFamily.IPV6),
    UDP_IPV4(Protocol.UDP, IpFamily.IPV4),
    UDP_IPV6(Protocol.UDP, IpFamily.IPV6);

    private final Protocol protocol;
    private final IpFamily family;

    LookupCase(Protocol protocol, IpFamily family) {
        this.protocol = protocol;
        this.family = family;
    }

    Protocol protocol() {
        return protocol;
    }

    IpFamily family() {
        return family;
    }

    /** Made local on the node by a route, and by nothing else. */
    IpAddress clusterIp() {
        return choose("10.96.0.10", "2001:db8:96::10");
    }

    IpAddress loopback() {
        return choose("127.0.0.1", "::1");
    }

    Frontend frontend(int port) {
        return at(clusterIp(), port);
    }

    Frontend at(IpAddress address, int port) {
        return new Frontend(protocol, address, port);
    }

    IpAddress choose(String ipv4, String ipv6) {
        return IpAddress.parse(family == IpFamily.IPV4 ? ipv4 : ipv6);
    }
}
