package io.ballast.core.tracking;

import io.ballast.core.model.Frontend;
import io.ballast.core.model.FrontendKind;
import io.ballast.core.model.IpAddress;
import io.ballast.core.model.ServicePort;
import io.ballast.core.model.ServicePortName;
import io.ballast.core.routing.FrontendRoute;
import io.ballast.core.routing.Route;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * A Service port's wish to be reachable at a frontend. Two Service ports may want the same; the smaller claim gets it.
 * <em>Immutable.</em>
 *
 * <p>A ClusterIP comes before any other kind, because only the API server hands those out: nobody may take over another
 * Service by writing its ClusterIP into externalIPs (CVE-2020-8554). A NodePort comes last, as an exact address does in
 * kube-proxy. Otherwise the Service that was created first has it: a newcomer takes nothing from one that is served, and
 * all nodes agree, after a restart too. Among Services of one second the name decides.
 *
 * @param created when the owner's Service was
 */
record Claim(Frontend frontend, FrontendKind kind, ServicePortName owner, Instant created)
        implements Comparable<Claim> {
    /** That of a served frontend. */
    static Claim of(FrontendRoute route) {
        return claim(route.route().servicePort(), route.frontend(), route.kind());
    }

    /**
     * All claims of a Service port: behaviour 1.4; but external addresses at which one of its endpoints listens are left to
     * it. Such is a pod on the host's network whose Service has the node's address as an external one and its port; a
     * connection there would come back to us.
     *
     * @param nodeAddresses where NodePorts answer, of any family
     */
    static Set<Claim> of(Route route, Set<IpAddress> nodeAddresses) {
        Set<Claim> claims = all(route.servicePort(), nodeAddresses);
        claims.removeIf(claim -> claim.isLeftTo(route));
        return claims;
    }

    /** Whether an endpoint of the route listens there itself. */
    boolean isLeftTo(Route route) {
        return kind != FrontendKind.CLUSTER_IP && route.servingEndpoints().contains(frontend.addressPort());
    }

    private static Set<Claim> all(ServicePort port, Set<IpAddress> nodeAddresses) {
        Set<Claim> claims = new LinkedHashSet<>();
        claims.add(claim(port, port.clusterIp(), FrontendKind.CLUSTER_IP));
        port.externalIps().forEach(ip -> claims.add(claim(port, ip, FrontendKind.EXTERNAL_IP)));
        port.loadBalancerIps().forEach(ip -> claims.add(claim(port, ip, FrontendKind.LOAD_BALANCER_IP)));
        if (port.nodePort() != 0) {
            nodeAddresses.stream()
                    .filter(ip -> ip.family() == port.family())
                    .forEach(ip -> claims.add(atNodePort(port, ip)));
        }
        return claims;
    }

    static Claim atNodePort(ServicePort port, IpAddress address) {
        Frontend frontend = new Frontend(port.name().protocol(), address, port.nodePort());
        return claim(port, frontend, FrontendKind.NODE_PORT);
    }

    private static Claim claim(ServicePort port, IpAddress address, FrontendKind kind) {
        return claim(port, new Frontend(port.name().protocol(), address, port.port()), kind);
    }

    private static Claim claim(ServicePort port, Frontend frontend, FrontendKind kind) {
        return new Claim(frontend, kind, port.name(), port.created());
    }

    /** Order of claims to one frontend. */
    @Override
    public int compareTo(Claim other) {
        int byRank = Integer.compare(rank(), other.rank());
        if (byRank != 0) {
            return byRank;
        }
        int byAge = created.compareTo(other.created);
        if (byAge != 0) {
            return byAge;
        }
        int byOwner = owner.compareTo(other.owner);
        return byOwner != 0 ? byOwner : kind.compareTo(other.kind);
    }

    private int rank() {
        return switch (kind) {
            case CLUSTER_IP -> 0;
            case EXTERNAL_IP, LOAD_BALANCER_IP -> 1;
            case NODE_PORT -> 2;
        };
    }
}
