package io.ballast.core.model;

/** Internal or external traffic policy of a Service. */
public enum TrafficPolicy {
    CLUSTER("Cluster"),
    LOCAL("Local");

    private final String label;

    TrafficPolicy(String label) {
        this.label = label;
    }

    /** The Kubernetes spelling. */
    public String label() {
        return label;
    }
}
