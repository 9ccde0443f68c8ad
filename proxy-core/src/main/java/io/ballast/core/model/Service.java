package io.ballast.core.model;

import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * A neutral copy of a Service: the fields that kube-proxy reads, plus the annotations Ballast knows. <em>Immutable.</em>
 *
 * <p>Address lists stay text here: what a bad item means is decided in tracking, where it can be reported, and a bad
 * item never costs the rest of the Service.
 *
 * @param created {@code metadata.creationTimestamp}, {@link #JUST_NOW} where the source has none
 * @param clusterIp {@code spec.clusterIP}, {@code ""} or {@code "None"} where there is none
 * @param clusterIps {@code spec.clusterIPs}, matched by index to {@code ipFamilies}
 * @param annotations those that Ballast reads, by full key
 * @param labels all labels
 */
public record Service(
        NamespacedName name,
        Instant created,
        ServiceType type,
        String clusterIp,
        List<String> clusterIps,
        List<IpFamily> ipFamilies,
        List<Port> ports,
        List<String> externalIps,
        List<Ingress> ingress,
        List<String> loadBalancerSourceRanges,
        SessionAffinity affinity,
        TrafficPolicy internalTrafficPolicy,
        TrafficPolicy externalTrafficPolicy,
        int healthCheckNodePort,
        Map<String, String> annotations,
        Map<String, String> labels) {
    /** Of a Service that is younger than any whose age is known. */
    public static final Instant JUST_NOW = Instant.MAX;

    public Service {
        clusterIps = List.copyOf(clusterIps);
        ipFamilies = List.copyOf(ipFamilies);
        ports = List.copyOf(ports);
        externalIps = List.copyOf(externalIps);
        ingress = List.copyOf(ingress);
        loadBalancerSourceRanges = List.copyOf(loadBalancerSourceRanges);
        annotations = Map.copyOf(annotations);
        labels = Map.copyOf(labels);
    }

    /**
     * One item of {@code spec.ports}.
     *
     * @param name {@code ""} when unnamed
     * @param nodePort 0 when there is none
     */
    public record Port(String name, Protocol protocol, int port, int nodePort) {}

    /**
     * One item of {@code status.loadBalancer.ingress}.
     *
     * @param ip {@code ""} when the item has a host name only
     * @param ipMode {@code VIP} (the default) or {@code Proxy}; Proxy makes no frontend (KEP-1860)
     */
    public record Ingress(String ip, String ipMode) {}
}
