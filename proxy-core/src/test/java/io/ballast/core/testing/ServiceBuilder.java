package io.ballast.core.testing;

import io.ballast.core.model.IpFamily;
import io.ballast.core.model.NamespacedName;
import io.ballast.core.model.Protocol;
import io.ballast.core.model.Service;
import io.ballast.core.model.ServiceType;
import io.ballast.core.model.SessionAffinity;
import io.ballast.core.model.TrafficPolicy;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Describes a Service in few words, with the API server's defaults. */
public final class ServiceBuilder {
    private final NamespacedName name;
    private Instant created = Service.JUST_NOW;
    private ServiceType type = ServiceType.CLUSTER_IP;
    private String clusterIp = "";
    private List<String> clusterIps = List.of();
    private List<IpFamily> families = List.of();
    private final List<Service.Port> ports = new ArrayList<>();
    private List<String> externalIps = List.of();
    private final List<Service.Ingress> ingress = new ArrayList<>();
    private List<String> sourceRanges = List.of();
    private SessionAffinity affinity = SessionAffinity.NONE;
    private TrafficPolicy internal = TrafficPolicy.CLUSTER;
    private TrafficPolicy external = TrafficPolicy.CLUSTER;
    private int healthCheckNodePort;
    private final Map<String, String> annotations = new LinkedHashMap<>();

    private ServiceBuilder(NamespacedName name) {
        this.name = name;
    }

    /** A Service in namespace {@code default} without addresses or ports. */
    public static ServiceBuilder service(String name) {
        return new ServiceBuilder(new NamespacedName("default", name));
    }

    public static ServiceBuilder service(NamespacedName name) {
        return new ServiceBuilder(name);
    }

    public ServiceBuilder created(String time) {
        created = Instant.parse(time);
        return this;
    }

    public ServiceBuilder type(ServiceType of) {
        type = of;
        return this;
    }

    /** Leaves {@code ipFamilies} empty, as single-stack clusters of old did. */
    public ServiceBuilder clusterIp(String ip) {
        clusterIp = ip;
        return this;
    }

    /** One ClusterIP of each family, in order. */
    public ServiceBuilder clusterIps(List<IpFamily> ofFamilies, String... ips) {
        families = ofFamilies;
        clusterIps = List.of(ips);
        clusterIp = ips.length == 0 ? "" : ips[0];
        return this;
    }

    public ServiceBuilder port(int port) {
        return port("", Protocol.TCP, port);
    }

    public ServiceBuilder port(String portName, Protocol protocol, int port) {
        return nodePort(portName, protocol, port, 0);
    }

    public ServiceBuilder nodePort(String portName, Protocol protocol, int port, int nodePort) {
        ports.add(new Service.Port(portName, protocol, port, nodePort));
        return this;
    }

    public ServiceBuilder externalIps(String... ips) {
        externalIps = List.of(ips);
        return this;
    }

    public ServiceBuilder ingress(String ip, String mode) {
        ingress.add(new Service.Ingress(ip, mode));
        return this;
    }

    public ServiceBuilder sourceRanges(String... ranges) {
        sourceRanges = List.of(ranges);
        return this;
    }

    public ServiceBuilder affinity(SessionAffinity of) {
        affinity = of;
        return this;
    }

    public ServiceBuilder internal(TrafficPolicy policy) {
        internal = policy;
        return this;
    }

    public ServiceBuilder external(TrafficPolicy policy) {
        external = policy;
        return this;
    }

    public ServiceBuilder healthCheckNodePort(int port) {
        healthCheckNodePort = port;
        return this;
    }

    public ServiceBuilder annotation(String key, String value) {
        annotations.put(key, value);
        return this;
    }

    public Service build() {
        return new Service(
                name,
                created,
                type,
                clusterIp,
                clusterIps,
                families,
                ports,
                externalIps,
                ingress,
                sourceRanges,
                affinity,
                internal,
                external,
                healthCheckNodePort,
                annotations,
                Map.of());
    }
}
