package io.ballast.core.tracking;

import io.ballast.core.model.AddressPort;
import io.ballast.core.model.IpFamily;
import io.ballast.core.model.Protocol;
import io.ballast.core.model.Service;
import io.ballast.core.model.ServiceOptions;
import io.ballast.core.model.ServicePort;
import io.ballast.core.model.ServicePortName;
import io.ballast.core.model.ServiceType;
import io.ballast.core.model.TrafficPolicy;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Turns a Service into its Service ports, one for each item of {@code spec.ports} and address family: kube-proxy's
 * {@code serviceToServiceMap} and {@code newBaseServiceInfo}. <em>Confined to the sync thread.</em>
 */
final class ServiceReader {
    private final TrackingSettings settings;
    private final ServiceOptionsParser optionsParser;

    ServiceReader(TrackingSettings settings) {
        this.settings = settings;
        this.optionsParser = new ServiceOptionsParser(settings.defaults(), settings.knownSchedulers());
    }

    /** In the order of {@code spec.ports}, IPv4 first; empty where kube-proxy skips the Service. */
    List<ServicePort> read(Service service, Consumer<Problem> problems) {
        if (service.type() == ServiceType.EXTERNAL_NAME || !hasClusterIp(service)) {
            return List.of();
        }
        List<Service.Port> usable = usablePorts(service, problems);
        reportMissingHealthCheckPort(service, problems);
        if (usable.isEmpty()) {
            return List.of();
        }
        ServiceOptions options = optionsParser.parse(service.annotations(), problems);
        ServiceAddresses addresses = ServiceAddresses.read(service, settings.externalIps(), problems);
        Map<ServicePortKey, ServicePort> ports = new LinkedHashMap<>();
        for (Service.Port port : usable) {
            ServicePortName name = new ServicePortName(service.name(), port.name(), port.protocol());
            for (IpFamily family : IpFamily.values()) {
                if (settings.families().contains(family)
                        && addresses.clusterIp(family).isPresent()) {
                    ports.putIfAbsent(
                            new ServicePortKey(name, family),
                            servicePort(service, port, name, addresses.of(family), options));
                }
            }
        }
        return List.copyOf(ports.values());
    }

    private static boolean hasClusterIp(Service service) {
        return !service.clusterIp().isEmpty() && !service.clusterIp().equals("None");
    }

    private static List<Service.Port> usablePorts(Service service, Consumer<Problem> problems) {
        List<Service.Port> usable = new ArrayList<>(service.ports().size());
        for (Service.Port port : service.ports()) {
            if (port.port() < 1
                    || port.port() > AddressPort.MAX_PORT
                    || port.nodePort() < 0
                    || port.nodePort() > AddressPort.MAX_PORT) {
                problems.accept(new Problem(
                        Problem.PORT,
                        "Port " + Problem.quoted(port.name()) + " is not served: port " + port.port() + " and nodePort "
                                + port.nodePort() + " must lie within 1-65535."));
            } else {
                usable.add(port);
            }
            if (port.protocol() == Protocol.SCTP) {
                problems.accept(new Problem(
                        Problem.PROTOCOL,
                        "Port " + port.port() + "/sctp is not served: Ballast relays TCP and UDP. Use one of these, or"
                                + " reach the pods directly through a headless Service."));
            }
        }
        return usable;
    }

    private static void reportMissingHealthCheckPort(Service service, Consumer<Problem> problems) {
        if (isExternalPolicyLocal(service)
                && service.type() == ServiceType.LOAD_BALANCER
                && service.healthCheckNodePort() == 0) {
            problems.accept(new Problem(
                    Problem.HEALTH_CHECK_PORT,
                    "healthCheckNodePort is 0 although externalTrafficPolicy is Local: load balancers cannot tell"
                            + " which nodes have endpoints. Set it, or let the API server allocate one."));
        }
    }

    private static ServicePort servicePort(
            Service service,
            Service.Port port,
            ServicePortName name,
            ServiceAddresses.OfFamily addresses,
            ServiceOptions options) {
        boolean externalLocal = isExternalPolicyLocal(service);
        return new ServicePort(
                name,
                addresses.clusterIp().family(),
                service.created(),
                service.type(),
                addresses.clusterIp(),
                port.port(),
                port.nodePort(),
                addresses.externalIps(),
                addresses.loadBalancerIps(),
                addresses.sourceRanges(),
                service.affinity(),
                service.internalTrafficPolicy(),
                externalLocal ? TrafficPolicy.LOCAL : TrafficPolicy.CLUSTER,
                externalLocal && service.type() == ServiceType.LOAD_BALANCER ? service.healthCheckNodePort() : 0,
                options);
    }

    /** {@code apiservice.ExternalPolicyLocal}: honoured only where the type makes the Service reachable from outside. */
    private static boolean isExternalPolicyLocal(Service service) {
        boolean external =
                switch (service.type()) {
                    case LOAD_BALANCER, NODE_PORT -> true;
                    case CLUSTER_IP -> !service.externalIps().isEmpty();
                    case EXTERNAL_NAME -> false;
                };
        return external && service.externalTrafficPolicy() == TrafficPolicy.LOCAL;
    }
}
