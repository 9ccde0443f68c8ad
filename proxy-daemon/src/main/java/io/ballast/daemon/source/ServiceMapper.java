package io.ballast.daemon.source;

import io.ballast.core.model.IpFamily;
import io.ballast.core.model.NamespacedName;
import io.ballast.core.model.Protocol;
import io.ballast.core.model.Service;
import io.ballast.core.model.ServiceType;
import io.ballast.core.model.SessionAffinity;
import io.ballast.core.model.TrafficPolicy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads a Service, with the API server's defaults (behaviour 1.3). Thread-safe. */
final class ServiceMapper {
    private static final Set<String> FOREIGN_ANNOTATIONS = Set.of(
            "service.beta.kubernetes.io/ipvs-scheduler",
            "kube-router.io/service.scheduler",
            "service.cilium.io/lb-algorithm");
    private static final String OWN_ANNOTATIONS = "ballast.io/";
    private static final int MAX_AFFINITY_SECONDS = 86400;

    private final Canonical canonical;

    ServiceMapper(Canonical canonical) {
        this.canonical = canonical;
    }

    Service map(NamespacedName name, Cursor object) {
        Cursor metadata = object.get("metadata");
        Cursor spec = object.get("spec");
        List<String> addresses = new ArrayList<>(spec.get("clusterIPs").texts(canonical));
        String clusterIp = spec.get("clusterIP").text(addresses.isEmpty() ? "" : addresses.get(0));
        if (addresses.isEmpty() && !clusterIp.isEmpty()) {
            addresses.add(clusterIp);
        }
        return new Service(
                name,
                metadata.get("creationTimestamp").time(Service.JUST_NOW),
                type(spec.get("type")),
                clusterIp,
                addresses,
                families(spec.get("ipFamilies"), addresses),
                ports(spec.get("ports")),
                spec.get("externalIPs").texts(canonical),
                ingress(object.get("status").get("loadBalancer").get("ingress")),
                spec.get("loadBalancerSourceRanges").texts(canonical),
                affinity(spec),
                policy(spec.get("internalTrafficPolicy")),
                policy(spec.get("externalTrafficPolicy")),
                spec.get("healthCheckNodePort").number(0, 65535, 0, "There is no health check port."),
                metadata.get("annotations").textMap(ServiceMapper::isRead, canonical),
                metadata.get("labels").textMap(key -> true, canonical));
    }

    private static boolean isRead(String annotation) {
        return annotation.startsWith(OWN_ANNOTATIONS) || FOREIGN_ANNOTATIONS.contains(annotation);
    }

    private static ServiceType type(Cursor field) {
        String text = field.text(ServiceType.CLUSTER_IP.label());
        for (ServiceType type : ServiceType.values()) {
            if (type.label().equals(text)) {
                return type;
            }
        }
        field.report("write ClusterIP, NodePort, LoadBalancer or ExternalName", "It counts as ClusterIP.");
        return ServiceType.CLUSTER_IP;
    }

    /** An unknown family goes together with its address, because the two lists are matched by index. */
    private static List<IpFamily> families(Cursor field, List<String> addresses) {
        List<IpFamily> families = new ArrayList<>(2);
        for (Cursor item : field.items()) {
            IpFamily family = family(item.text(""));
            if (family != null) {
                families.add(family);
                continue;
            }
            item.report("write IPv4 or IPv6", "Its cluster IP is left out.");
            if (families.size() < addresses.size()) {
                addresses.remove(families.size());
            }
        }
        return families;
    }

    private static @Nullable IpFamily family(String text) {
        for (IpFamily family : IpFamily.values()) {
            if (family.label().equals(text)) {
                return family;
            }
        }
        return null;
    }

    private List<Service.Port> ports(Cursor field) {
        List<Service.Port> ports = new ArrayList<>();
        Set<String> keys = new HashSet<>();
        for (Cursor item : field.items()) {
            Cursor number = item.get("port");
            Protocol protocol = Fields.protocol(item.get("protocol"), "The port is not served.");
            if (protocol == null) {
                continue;
            }
            if (!number.isNumber(1, 65535)) {
                number.report("write a number from 1 to 65535 without quotes", "The port is not served.");
                continue;
            }
            String name = Fields.portName(item.get("name"), "The port is not served.");
            if (name == null) {
                continue;
            }
            if (!keys.add(name + "/" + protocol)) {
                item.get("name").report("give every port a name of its own", "The port is not served.");
                continue;
            }
            int nodePort = item.get("nodePort").number(0, 65535, 0, "The port has no node port.");
            ports.add(
                    new Service.Port(canonical.of(name), protocol, number.node().intValue(), nodePort));
        }
        return ports;
    }

    private static List<Service.Ingress> ingress(Cursor field) {
        List<Service.Ingress> ingress = new ArrayList<>(1);
        for (Cursor item : field.items()) {
            String mode = item.get("ipMode").text("VIP");
            if (!mode.equals("VIP") && !mode.equals("Proxy")) {
                item.get("ipMode").report("write VIP or Proxy", "The address gets no frontend.");
                continue;
            }
            ingress.add(new Service.Ingress(item.get("ip").text(""), mode));
        }
        return ingress;
    }

    private static SessionAffinity affinity(Cursor spec) {
        Cursor field = spec.get("sessionAffinity");
        String text = field.text("None");
        if (text.equals("ClientIP")) {
            int defaultSeconds = (int) SessionAffinity.ClientIp.DEFAULT_TIMEOUT.toSeconds();
            int seconds = spec.get("sessionAffinityConfig")
                    .get("clientIP")
                    .get("timeoutSeconds")
                    .number(1, MAX_AFFINITY_SECONDS, defaultSeconds, "It counts as " + defaultSeconds + ".");
            return new SessionAffinity.ClientIp(Duration.ofSeconds(seconds));
        }
        if (!text.equals("None")) {
            field.report("write None or ClientIP", "It counts as None.");
        }
        return SessionAffinity.NONE;
    }

    private static TrafficPolicy policy(Cursor field) {
        String text = field.text("Cluster");
        if (!text.equals("Cluster") && !text.equals("Local")) {
            field.report("write Cluster or Local", "It counts as Cluster.");
        }
        return text.equals("Local") ? TrafficPolicy.LOCAL : TrafficPolicy.CLUSTER;
    }
}
