package io.ballast.daemon.config;

import io.ballast.core.model.AddressPort;

/**
 * A range of ports, both ends included. <em>Immutable.</em>
 *
 * @param first 1 to 65535
 * @param last not below {@code first}
 */
public record PortRange(int first, int last) {
    public PortRange {
        if (first < 1 || last > AddressPort.MAX_PORT || first > last) {
            throw new IllegalArgumentException("is not a range of ports; want for example 61000-65535");
        }
    }

    static PortRange parse(String text) {
        int dash = text.indexOf('-');
        if (dash < 0) {
            throw new IllegalArgumentException("is not a range of ports; want for example 61000-65535");
        }
        return new PortRange(
                NetworkKinds.parsePort(text.substring(0, dash).trim()),
                NetworkKinds.parsePort(text.substring(dash + 1).trim()));
    }

    public int size() {
        return last - first + 1;
    }

    @Override
    public String toString() {
        return first + "-" + last;
    }
}
