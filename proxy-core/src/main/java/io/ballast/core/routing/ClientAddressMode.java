package io.ballast.core.routing;

/** Which source address an endpoint sees, and why. */
enum ClientAddressMode {
    ENDPOINT_ON_THIS_NODE(true, "the client's: the endpoint is on this node, so its replies pass here"),
    CLIENT_ON_THIS_NODE(true, "the client's: it is a pod of this node, so replies to it pass here"),
    MASQUERADED(false, "the node's: kube-proxy would masquerade this connection"),
    HAIRPIN(false, "the node's: the endpoint is the client itself"),
    CLIENT_IS_NODE(false, "the node's, which is the client"),
    REPLIES_ELSEWHERE(false, "the node's: replies to the client would not pass this node"),
    ENDPOINT_IS_FRONTEND(false, "the node's: the endpoint is a frontend of this node, which leads on"),
    ENDPOINT_IS_NODE(false, "the node's: the endpoint shares this node's network, its replies meet no rule");

    private final boolean kept;
    private final String explanation;

    ClientAddressMode(boolean kept, String explanation) {
        this.kept = kept;
        this.explanation = explanation;
    }

    /** Whether the endpoint should see the client's address. */
    boolean isKept() {
        return kept;
    }

    String explanation() {
        return explanation;
    }
}
