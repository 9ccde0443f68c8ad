package io.ballast.core.routing;

import io.ballast.core.model.AddressPort;
import io.ballast.core.model.Cidr;
import io.ballast.core.model.Endpoint;
import io.ballast.core.model.Frontend;
import io.ballast.core.model.IpAddress;
import io.ballast.core.model.RefuseReason;
import io.ballast.core.model.ServicePort;
import io.ballast.core.model.TrafficPolicy;
import io.ballast.core.scheduling.EndpointScope;
import io.ballast.core.scheduling.LoadBalancer.EndpointStatus;
import io.ballast.core.scheduling.PickPreview;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Takes the steps of {@link Router#decide} for one connection and writes down each; asks the router for every rule, so
 * that the two cannot differ. Used once, by one thread.
 */
final class Explainer {
    private static final int CANDIDATES_SHOWN = 20;

    private final Router router;
    private final Frontend frontend;
    private final AddressPort client;
    private final List<Explanation.Step> steps = new ArrayList<>();

    Explainer(Router router, Frontend frontend, AddressPort client) {
        this.router = router;
        this.frontend = frontend;
        this.client = client;
    }

    Explanation explain() {
        FrontendRoute found = router.table().find(frontend);
        if (found == null) {
            step("frontend", frontend + " belongs to no Service port");
            return turnedAway(Explanation.Verdict.REFUSE, RefuseReason.NOT_SERVED);
        }
        Route route = found.route();
        step(
                "frontend",
                frontend + " is a " + found.kind().label() + " of "
                        + route.servicePort().name());
        boolean allowed = router.allowedBySourceRanges(found, client.address());
        step("source-ranges", sourceRanges(found, allowed));
        if (!allowed) {
            return turnedAway(Explanation.Verdict.DROP, RefuseReason.SOURCE_RANGES);
        }
        if (!route.endpoints().hasAny()) {
            step("candidates", "no endpoint is usable anywhere");
            return turnedAway(Explanation.Verdict.REFUSE, RefuseReason.NO_ENDPOINTS);
        }
        return withEndpoints(found, route);
    }

    private Explanation withEndpoints(FrontendRoute found, Route route) {
        Source source = router.classify(client.address());
        step("source", describe(source));
        EndpointScope scope = router.scope(found, source);
        step("policy", policy(found, scope));
        if (scope == EndpointScope.LOCAL && route.endpoints().local().isEmpty()) {
            step("candidates", "no endpoint is usable on this node");
            return turnedAway(Explanation.Verdict.DROP, RefuseReason.NO_LOCAL_ENDPOINTS);
        }
        PickPreview preview = route.balancer().preview(scope, client, frontend);
        step("candidates", candidates(preview.candidates()));
        step("affinity", affinity(route.servicePort(), preview));
        step("scheduler", choice(preview));
        if (preview.refusal() != null) {
            return turnedAway(Explanation.Verdict.REFUSE, preview.refusal());
        }
        Endpoint endpoint = preview.endpoint();
        if (endpoint != null && router.leadsBack(route, endpoint)) {
            step(
                    "loop",
                    endpoint.address() + " leads back to " + route.servicePort().name() + " and is passed over");
            return turnedAway(Explanation.Verdict.REFUSE, RefuseReason.CONNECT_FAILED);
        }
        step("client-address", endpoint == null ? "depends on the endpoint" : clientAddress(found, source, endpoint));
        return new Explanation(Explanation.Verdict.FORWARD, null, endpoint, steps);
    }

    private void step(String name, String detail) {
        steps.add(new Explanation.Step(name, detail));
    }

    private Explanation turnedAway(Explanation.Verdict verdict, @Nullable RefuseReason reason) {
        return new Explanation(verdict, reason, null, steps);
    }

    private String sourceRanges(FrontendRoute found, boolean allowed) {
        ServicePort port = found.route().servicePort();
        if (port.sourceRanges().isEmpty()) {
            return "none";
        }
        if (!Router.isGuarded(found)) {
            return "do not guard a " + found.kind().label();
        }
        String ranges = port.sourceRanges().stream().map(Cidr::toString).collect(Collectors.joining(", "));
        return client.address() + (allowed ? " is allowed by " : " is outside ") + ranges;
    }

    private String describe(Source source) {
        IpAddress address = client.address();
        if (source.thisNode()) {
            return address + " is this node";
        }
        if (source.podOfThisNode()) {
            return address + " is a pod of this node";
        }
        return address + (source.detectedLocal() ? " is a local pod by detect-local-mode" : " is outside this node");
    }

    private static String policy(FrontendRoute found, EndpointScope scope) {
        TrafficPolicy policy = found.route().servicePort().policyOf(found.kind());
        String name =
                (found.kind().isExternal() ? "externalTrafficPolicy " : "internalTrafficPolicy ") + policy.label();
        if (scope == EndpointScope.LOCAL) {
            return name + ": endpoints of this node only";
        }
        return policy == TrafficPolicy.LOCAL
                ? name + ", but the client is inside: endpoints of the whole cluster"
                : name + ": endpoints of the whole cluster";
    }

    private static String candidates(List<EndpointStatus> candidates) {
        String shown = candidates.stream()
                .limit(CANDIDATES_SHOWN)
                .map(each -> each.address() + " (weight " + each.weight() + ", active " + each.active()
                        + (each.ejected() ? ", set aside after failed connects)" : ")"))
                .collect(Collectors.joining(", "));
        int more = candidates.size() - CANDIDATES_SHOWN;
        return more > 0 ? shown + " and " + more + " more" : shown;
    }

    private String affinity(ServicePort port, PickPreview preview) {
        String record =
                preview.affinity() == null ? "no record of " + client.address() : "record " + preview.affinity();
        return port.affinity().label().equals("ClientIP")
                ? "ClientIP, " + record
                : port.affinity().label();
    }

    private static String choice(PickPreview preview) {
        Endpoint endpoint = preview.endpoint();
        return endpoint == null ? preview.why() : endpoint.address() + " by " + preview.why();
    }

    private String clientAddress(FrontendRoute found, Source source, Endpoint endpoint) {
        ClientAddressMode mode = router.clientAddressMode(found, source, client.address(), endpoint);
        String obstacle = mode.isKept() ? router.clientAddressObstacle(client.address(), endpoint) : "";
        return obstacle.isEmpty() ? mode.explanation() : "the node's: " + obstacle;
    }
}
