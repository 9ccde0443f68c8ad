package io.ballast.core.model;

/** Why an address and port belongs to a Service; decides traffic policy, source ranges and how it is intercepted. */
public enum FrontendKind {
    CLUSTER_IP("ClusterIP"),
    EXTERNAL_IP("ExternalIP"),
    LOAD_BALANCER_IP("LoadBalancerIP"),
    NODE_PORT("NodePort");

    private final String label;

    FrontendKind(String label) {
        this.label = label;
    }

    public String label() {
        return label;
    }

    /** Whether the external traffic policy applies; only a ClusterIP follows the internal one. */
    public boolean isExternal() {
        return this != CLUSTER_IP;
    }
}
