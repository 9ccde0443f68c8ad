package io.ballast.core.model;

/**
 * The address, port and protocol at which a Service port is reachable. <em>Immutable.</em>
 *
 * @param address what the client dials, never a wildcard
 */
public record Frontend(Protocol protocol, IpAddress address, int port) implements Comparable<Frontend> {
    public AddressPort addressPort() {
        return new AddressPort(address, port);
    }

    public IpFamily family() {
        return address.family();
    }

    @Override
    public int compareTo(Frontend other) {
        int byAddress = address.compareTo(other.address);
        if (byAddress != 0) {
            return byAddress;
        }
        int byPort = Integer.compare(port, other.port);
        return byPort != 0 ? byPort : protocol.compareTo(other.protocol);
    }

    @Override
    public int hashCode() {
        return (address.hashCode() * 31 + port) * 31 + protocol.number();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Frontend that
                && port == that.port
                && protocol == that.protocol
                && address.equals(that.address);
    }

    /** {@code 10.96.0.10:53/udp}. */
    @Override
    public String toString() {
        return addressPort() + "/" + protocol.suffix();
    }
}
