package io.ballast.netty.clientip;

/** What this host may lack of what it takes to show endpoints the client's address; see {@link ClientAddresses#features}. */
public enum ClientAddressFeature {
    /** Sockets with foreign addresses, and rules that lead replies back to them. */
    CLIENT_IP("client-ip"),
    /** Frames of neighbours behind one bridge can be lifted to the host. */
    CLIENT_IP_BRIDGES("client-ip-bridges");

    private final String label;

    ClientAddressFeature(String label) {
        this.label = label;
    }

    /** The label {@code feature} of {@code ballast_capability}. */
    public String label() {
        return label;
    }
}
