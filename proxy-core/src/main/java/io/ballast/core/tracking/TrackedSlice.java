package io.ballast.core.tracking;

import io.ballast.core.model.Endpoint;
import io.ballast.core.model.IpFamily;
import io.ballast.core.model.NamespacedName;
import io.ballast.core.model.Protocol;
import java.util.List;

/**
 * What of an EndpointSlice matters here. The endpoints are the very objects that end up in the table, so a slice costs
 * little besides. <em>Immutable.</em>
 *
 * @param lastChangeTriggerTime as written
 */
record TrackedSlice(
        NamespacedName name,
        NamespacedName service,
        IpFamily family,
        List<PortEndpoints> ports,
        String lastChangeTriggerTime) {

    /** The endpoints of the slice at one of its ports, in the slice's order. */
    record PortEndpoints(String port, Protocol protocol, List<Endpoint> endpoints) {
        boolean isFor(String otherPort, Protocol otherProtocol) {
            return protocol == otherProtocol && port.equals(otherPort);
        }
    }
}
