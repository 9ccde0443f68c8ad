package io.ballast.core.model;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A neutral copy of a {@code discovery.k8s.io/v1} EndpointSlice: one fragment of a Service's endpoints in one family.
 * <em>Immutable.</em>
 *
 * @param serviceName label {@code kubernetes.io/service-name}, {@code ""} when missing
 * @param addressType {@code IPv4}, {@code IPv6} or {@code FQDN}, as written
 * @param weight of all endpoints of the slice, from the annotation; 1 by default, 0 means no new connections
 * @param lastChangeTriggerTime annotation {@code endpoints.kubernetes.io/last-change-trigger-time}, {@code ""} when
 *     missing
 * @param headless carries the label {@code service.kubernetes.io/headless}, so kube-proxy's watch would not see it
 */
public record EndpointSlice(
        NamespacedName name,
        String serviceName,
        String addressType,
        List<Port> ports,
        List<SliceEndpoint> endpoints,
        int weight,
        String lastChangeTriggerTime,
        boolean headless) {

    /** Weight of an endpoint whose slice says nothing. */
    public static final int DEFAULT_WEIGHT = 1;

    public EndpointSlice {
        ports = List.copyOf(ports);
        endpoints = List.copyOf(endpoints);
    }

    /** The Service that owns the slice, in the slice's namespace; empty when the label is missing or blank. */
    public Optional<NamespacedName> service() {
        return serviceName.isEmpty()
                ? Optional.empty()
                : Optional.of(new NamespacedName(name.namespace(), serviceName));
    }

    /**
     * One item of {@code ports}; a null name or number makes kube-proxy ignore it.
     *
     * @param protocol TCP where the API object has none
     */
    public record Port(
            @Nullable String name,
            Protocol protocol,
            @Nullable Integer port) {}

    /**
     * One item of {@code endpoints}, with the API's defaults applied ({@code ready} and {@code serving} true,
     * {@code terminating} false).
     *
     * @param addresses as written; only the first counts
     * @param nodeName {@code ""} when unknown
     */
    public record SliceEndpoint(
            List<String> addresses,
            boolean ready,
            boolean serving,
            boolean terminating,
            String nodeName,
            Set<String> zoneHints,
            Set<String> nodeHints) {
        public SliceEndpoint {
            addresses = List.copyOf(addresses);
            zoneHints = Set.copyOf(zoneHints);
            nodeHints = Set.copyOf(nodeHints);
        }
    }
}
