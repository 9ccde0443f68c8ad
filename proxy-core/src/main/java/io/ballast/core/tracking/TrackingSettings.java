package io.ballast.core.tracking;

import io.ballast.core.model.IpAddress;
import io.ballast.core.model.IpFamily;
import io.ballast.core.model.ServiceOptions;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What tracking has to know of its node and its configuration. <em>Immutable.</em>
 *
 * @param nodeName decides which endpoints are local
 * @param families that the operating system supports
 * @param defaults for Services without annotations
 * @param knownSchedulers tells whether a scheduler of this name exists
 * @param nodePorts where NodePorts answer
 * @param bindAddress {@code --bind-address}, which overrides the node's own address of its family; null or unspecified
 *     for none
 * @param externalIps whether externalIPs are served: feature gate {@code AllowServiceExternalIPs}
 */
public record TrackingSettings(
        String nodeName,
        Set<IpFamily> families,
        ServiceOptions defaults,
        Predicate<String> knownSchedulers,
        NodePortRules nodePorts,
        @Nullable IpAddress bindAddress,
        boolean externalIps) {
    public TrackingSettings {
        Set<IpFamily> ordered = EnumSet.noneOf(IpFamily.class);
        ordered.addAll(families);
        families = Collections.unmodifiableSet(ordered);
    }
}
