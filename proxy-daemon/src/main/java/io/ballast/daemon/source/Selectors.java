package io.ballast.daemon.source;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * Which objects this proxy wants: the selectors of kube-proxy's watches ({@code cmd/kube-proxy/app/server.go},
 * {@code Run}), as query text for the API and as predicates for objects from elsewhere. <em>Immutable.</em>
 *
 * @param nodeName whose Node object is wanted
 * @param serviceProxyName {@code --service-proxy-name}; "" means Services without the label, as upstream
 */
public record Selectors(String nodeName, String serviceProxyName) {
    private static final String PROXY_NAME_LABEL = "service.kubernetes.io/service-proxy-name";
    private static final String HEADLESS_LABEL = "service.kubernetes.io/headless";

    public String serviceLabels() {
        return serviceProxyName.isEmpty() ? "!" + PROXY_NAME_LABEL : PROXY_NAME_LABEL + "=" + serviceProxyName;
    }

    public String serviceFields() {
        return "spec.clusterIP!=None";
    }

    public String endpointSliceLabels() {
        return "!" + HEADLESS_LABEL;
    }

    public String nodeFields() {
        return "metadata.name=" + nodeName;
    }

    /** Any value of the label hides a Service, even an empty one. */
    public boolean wantsService(JsonNode service) {
        JsonNode label = label(service, PROXY_NAME_LABEL);
        boolean ours = serviceProxyName.isEmpty() ? label.isMissingNode() : serviceProxyName.equals(label.asText());
        return ours && !"None".equals(service.path("spec").path("clusterIP").asText());
    }

    public boolean wantsEndpointSlice(JsonNode slice) {
        return label(slice, HEADLESS_LABEL).isMissingNode();
    }

    public boolean wantsNode(JsonNode node) {
        return nodeName.equals(node.path("metadata").path("name").asText());
    }

    private static JsonNode label(JsonNode object, String key) {
        return object.path("metadata").path("labels").path(key);
    }
}
