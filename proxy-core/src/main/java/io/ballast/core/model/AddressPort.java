package io.ballast.core.model;

import java.net.InetSocketAddress;

/**
 * An address with a port; the identity of an endpoint within a Service port. <em>Immutable.</em>
 *
 * @param port 0 to 65535
 */
public record AddressPort(IpAddress address, int port) {
    public static final int MAX_PORT = 65_535;

    public AddressPort {
        if (port < 0 || port > MAX_PORT) {
            throw new IllegalArgumentException("port " + port + " is not in 0-65535");
        }
    }

    public static AddressPort of(InetSocketAddress address) {
        return new AddressPort(IpAddress.of(address.getAddress()), address.getPort());
    }

    public InetSocketAddress toSocketAddress() {
        return new InetSocketAddress(address.toInetAddress(), port);
    }

    /** {@code 192.0.2.1:80} or {@code [2001:db8::1]:80}. */
    @Override
    public String toString() {
        return address.isIpv4() ? address + ":" + port : "[" + address + "]:" + port;
    }
}
