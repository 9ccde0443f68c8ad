package io.ballast.core.model;

import java.time.Instant;
import java.util.List;

/**
 * One port of one Service in one address family, with every fact that proxying it needs: kube-proxy's
 * {@code BaseServicePortInfo}. <em>Immutable.</em>
 *
 * @param created when the Service was, which decides who gets a frontend that several claim
 * @param clusterIp of this family
 * @param nodePort 0 when there is none
 * @param externalIps of this family, parsed, bad items already dropped
 * @param loadBalancerIps ingress addresses of this family whose mode is VIP
 * @param sourceRanges {@code loadBalancerSourceRanges} of this family; empty means unrestricted
 * @param externalTrafficPolicy Local only where kube-proxy honours it ({@code ServiceUsesLocal} rules of
 *     {@code apiservice.ExternalPolicyLocal})
 * @param healthCheckNodePort 0 unless type LoadBalancer and external policy Local
 */
public record ServicePort(
        ServicePortName name,
        IpFamily family,
        Instant created,
        ServiceType type,
        IpAddress clusterIp,
        int port,
        int nodePort,
        List<IpAddress> externalIps,
        List<IpAddress> loadBalancerIps,
        List<Cidr> sourceRanges,
        SessionAffinity affinity,
        TrafficPolicy internalTrafficPolicy,
        TrafficPolicy externalTrafficPolicy,
        int healthCheckNodePort,
        ServiceOptions options) {
    public ServicePort {
        externalIps = List.copyOf(externalIps);
        loadBalancerIps = List.copyOf(loadBalancerIps);
        sourceRanges = List.copyOf(sourceRanges);
    }

    /** {@code ServicePort.ExternallyAccessible}. */
    public boolean isExternallyAccessible() {
        return nodePort != 0 || !loadBalancerIps.isEmpty() || !externalIps.isEmpty();
    }

    /** {@code ServicePort.UsesClusterEndpoints}. */
    public boolean usesClusterEndpoints() {
        return internalTrafficPolicy != TrafficPolicy.LOCAL || isExternallyAccessible();
    }

    /** {@code ServicePort.UsesLocalEndpoints}. */
    public boolean usesLocalEndpoints() {
        return internalTrafficPolicy == TrafficPolicy.LOCAL
                || (externalTrafficPolicy == TrafficPolicy.LOCAL && isExternallyAccessible());
    }

    /** The policy that a frontend of this kind follows. */
    public TrafficPolicy policyOf(FrontendKind kind) {
        return kind.isExternal() ? externalTrafficPolicy : internalTrafficPolicy;
    }
}
