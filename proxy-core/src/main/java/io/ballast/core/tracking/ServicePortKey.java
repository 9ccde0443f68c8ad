package io.ballast.core.tracking;

import io.ballast.core.model.IpFamily;
import io.ballast.core.model.ServicePort;
import io.ballast.core.model.ServicePortName;

/** Names one Service port in one family, the unit that has a route and a load balancer. <em>Immutable.</em> */
record ServicePortKey(ServicePortName name, IpFamily family) {
    static ServicePortKey of(ServicePort port) {
        return new ServicePortKey(port.name(), port.family());
    }
}
