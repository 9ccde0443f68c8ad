package io.ballast.core.routing;

import io.ballast.core.model.FrontendKind;
import io.ballast.core.model.IpFamily;
import io.ballast.core.model.TrafficPolicy;
import java.util.function.Predicate;

/**
 * When kube-proxy would replace the client's address by the node's. <em>Thread-safe.</em>
 *
 * @param masqueradeAll masquerade everything sent to ClusterIPs
 * @param detecting families in which a {@code detectLocalMode} is in force and has what it needs; asked for each
 *     connection, since a Node may get its podCIDRs late
 */
public record MasqueradeRules(boolean masqueradeAll, Predicate<IpFamily> detecting) {
    /** The same for both families. */
    public MasqueradeRules(boolean masqueradeAll, boolean detectorConfigured) {
        this(masqueradeAll, family -> detectorConfigured);
    }

    /** The two short circuits of external policy Local: local pods (where they can be told) and this node. */
    boolean isInside(Source source, IpFamily family) {
        return isLocalPod(source, family) || source.thisNode();
    }

    private boolean isLocalPod(Source source, IpFamily family) {
        return detecting.test(family) && source.detectedLocal();
    }

    boolean applies(FrontendKind kind, TrafficPolicy policy, Source source, IpFamily family) {
        boolean localPod = isLocalPod(source, family);
        if (!kind.isExternal()) {
            return masqueradeAll || (detecting.test(family) && !localPod);
        }
        return policy != TrafficPolicy.LOCAL || (!localPod && source.thisNode());
    }
}
