package io.ballast.core.model;

/** {@code spec.type} of a Service. kube-proxy reads it only to skip ExternalName and to honour external Local. */
public enum ServiceType {
    CLUSTER_IP("ClusterIP"),
    NODE_PORT("NodePort"),
    LOAD_BALANCER("LoadBalancer"),
    EXTERNAL_NAME("ExternalName");

    private final String label;

    ServiceType(String label) {
        this.label = label;
    }

    /** The Kubernetes spelling. */
    public String label() {
        return label;
    }
}
