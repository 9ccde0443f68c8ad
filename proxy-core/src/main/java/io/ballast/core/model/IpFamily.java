package io.ballast.core.model;

/** The two address families; a Service, its endpoints and their counters exist once per family. */
public enum IpFamily {
    IPV4("IPv4", 32),
    IPV6("IPv6", 128);

    private final String label;
    private final int bits;

    IpFamily(String label, int bits) {
        this.label = label;
        this.bits = bits;
    }

    /** The Kubernetes spelling, used in the API, in health bodies and as the metric label {@code ip_family}. */
    public String label() {
        return label;
    }

    /** Length of an address in bits. */
    public int bits() {
        return bits;
    }

    @Override
    public String toString() {
        return label;
    }
}
