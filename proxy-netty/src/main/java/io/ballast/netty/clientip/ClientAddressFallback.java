package io.ballast.netty.clientip;

/** Why a connection had to use the node's address although the client's was wanted. */
public enum ClientAddressFallback {
    /** All ports of the range are taken between this client and this endpoint. */
    PORTS("ports"),
    /** The reply would be switched from endpoint to client and not pass the host. */
    PATH("path"),
    /** This host lacks what it takes. */
    UNAVAILABLE("unavailable");

    private final String label;

    ClientAddressFallback(String label) {
        this.label = label;
    }

    /** The label {@code reason} of {@code ballast_client_ip_fallbacks_total}. */
    public String label() {
        return label;
    }
}
