package io.ballast.daemon.manifest;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;

/** The kinds that are read from files. */
enum ObjectKind {
    SERVICE("Service", "v1"),
    ENDPOINT_SLICE("EndpointSlice", "discovery.k8s.io/v1"),
    NODE("Node", "v1");

    private final String label;
    private final String apiVersion;

    ObjectKind(String label, String apiVersion) {
        this.label = label;
        this.apiVersion = apiVersion;
    }

    /** The Kubernetes spelling. */
    String label() {
        return label;
    }

    /** The kind of an object; an {@code apiVersion} may be missing but not another one, say Knative's Service. */
    static Optional<ObjectKind> of(JsonNode object) {
        for (ObjectKind kind : values()) {
            if (kind.label.equals(object.path("kind").asText(""))
                    && kind.apiVersion.equals(object.path("apiVersion").asText(kind.apiVersion))) {
                return Optional.of(kind);
            }
        }
        return Optional.empty();
    }
}
