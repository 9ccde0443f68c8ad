package io.ballast.core.routing;

import io.ballast.core.model.RefuseReason;
import io.ballast.core.model.ServicePort;
import io.ballast.core.scheduling.Lease;

/** What to do with one new connection or UDP session. */
public sealed interface Decision {
    /**
     * Relay to an endpoint.
     *
     * @param lease the picked endpoint; counts as an open connection until it is released
     * @param keepClientAddress the endpoint should see the client's address (kube-proxy would not masquerade, and the
     *     reply is known to pass this node)
     * @param ingress the interface that the client came in through, for another attempt; 0 when unknown
     */
    record Forward(Lease lease, Route route, boolean keepClientAddress, int ingress) implements Decision {
        public ServicePort servicePort() {
            return route.servicePort();
        }
    }

    /** Reset the client, or answer port unreachable. */
    record Refuse(RefuseReason reason) implements Decision {}

    /** Stay silent where the transport allows it; a TCP connection that is already accepted is reset. */
    record Drop(RefuseReason reason) implements Decision {}
}
