package io.ballast.daemon.config;

import io.ballast.core.model.AddressPort;
import io.ballast.core.model.IpAddress;
import io.ballast.core.tracking.NodePortAddresses;

/** Kinds of value that hold addresses, and those of Ballast's own options that have a form of their own. */
final class NetworkKinds {
    static final Kind<IpAddress> ADDRESS = Kind.scalar(NetworkKinds::parseAddress, IpAddress::toString);

    /** Stands for a server that was turned off. */
    static final AddressPort NO_SERVER = new AddressPort(IpAddress.parse("0.0.0.0"), 0);

    /** An address with a port, or without one: then the port is 0 until {@link DependentDefaults} fills it in. */
    static final Kind<AddressPort> SERVER_ADDRESS =
            Kind.scalar(NetworkKinds::parseServerAddress, server -> server.equals(NO_SERVER) ? "" : server.toString());

    static final Kind<NodePortAddresses> NODE_PORT_ADDRESSES = new Kind<>(
            values -> NodePortAddresses.parse(Kinds.STRINGS.flag().apply(values)),
            raw -> NodePortAddresses.parse(Kinds.STRINGS.file().apply(raw)),
            NodePortAddresses::toList);

    static final Kind<PacketMark> MARK = Kind.scalar(PacketMark::parse, PacketMark::toString);

    static final Kind<PortRange> PORT_RANGE = Kind.scalar(PortRange::parse, PortRange::toString);

    private NetworkKinds() {}

    private static IpAddress parseAddress(String text) {
        return IpAddress.tryParse(text)
                .orElseThrow(() -> new IllegalArgumentException(
                        "is not an IP address; want for example 192.0.2.10 or 2001:db8::10"));
    }

    private static AddressPort parseServerAddress(String text) {
        return IpAddress.tryParse(text)
                .map(address -> new AddressPort(address, 0))
                .orElseGet(() -> splitServerAddress(text));
    }

    private static AddressPort splitServerAddress(String text) {
        int colon = text.lastIndexOf(':');
        String host = colon < 0 ? text : text.substring(0, colon);
        boolean bracketed = host.startsWith("[") && host.endsWith("]");
        String bare = bracketed ? host.substring(1, host.length() - 1) : host;
        if (colon < 0 || (!bracketed && host.indexOf(':') >= 0)) {
            throw badServerAddress();
        }
        IpAddress address = IpAddress.tryParse(bare).orElseThrow(NetworkKinds::badServerAddress);
        return new AddressPort(address, parsePort(text.substring(colon + 1)));
    }

    static int parsePort(String text) {
        boolean digits = !text.isEmpty() && text.length() <= 5 && text.chars().allMatch(c -> c >= '0' && c <= '9');
        int port = digits ? Integer.parseInt(text) : 0;
        if (port < 1 || port > AddressPort.MAX_PORT) {
            throw new IllegalArgumentException("has no valid port; want 1 to 65535");
        }
        return port;
    }

    private static IllegalArgumentException badServerAddress() {
        return new IllegalArgumentException(
                "is not IP:port; want for example 0.0.0.0:10256 or [::]:10256 (an address, not a host name)");
    }
}
