package io.ballast.daemon.config;

/** How a client is recognised as a pod of this node (kube-proxy's {@code detectLocalMode}). */
public enum DetectLocalMode implements Labelled {
    CLUSTER_CIDR("ClusterCIDR"),
    NODE_CIDR("NodeCIDR"),
    BRIDGE_INTERFACE("BridgeInterface"),
    INTERFACE_NAME_PREFIX("InterfaceNamePrefix");

    private final String label;

    DetectLocalMode(String label) {
        this.label = label;
    }

    @Override
    public String label() {
        return label;
    }
}
