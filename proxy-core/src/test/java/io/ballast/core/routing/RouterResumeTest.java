package io.ballast.core.routing;

import static org.assertj.core.api.Assertions.assertThat;

import io.ballast.core.model.AddressPort;
import io.ballast.core.model.Cidr;
import io.ballast.core.model.Endpoint;
import io.ballast.core.model.FrontendKind;
import io.ballast.core.model.TrafficPolicy;
import io.ballast.core.scheduling.LoadBalancer;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Where the UDP sessions of an earlier process go on. */
class RouterResumeTest {
    private static final AddressPort CLIENT = RouterFixture.client("192.0.2.7");
    private static final Endpoint FIRST = RouterFixture.endpoint(1, true, 1);
    private static final Endpoint SECOND = RouterFixture.endpoint(2, false, 1);
    private static final Endpoint THIRD = RouterFixture.endpoint(3, false, 1);

    private final RouterFixture fixture = new RouterFixture();

    private Optional<Decision.Forward> resume(FrontendKind kind, Endpoint endpoint) {
        return fixture.router.resume(RouterFixture.frontend(kind), CLIENT, endpoint.address());
    }

    @Test
    void goesOnAtTheEndpointOfTheSessionAndCountsIt() {
        LoadBalancer balancer = fixture.serve(FIRST, SECOND);

        Decision.Forward forward = resume(FrontendKind.NODE_PORT, SECOND).orElseThrow();

        assertThat(forward.lease().endpoint().address()).isEqualTo(SECOND.address());
        assertThat(forward.keepClientAddress()).isFalse();
        assertThat(balancer.active()).isEqualTo(1);
        forward.lease().release();
        assertThat(balancer.active()).isZero();
    }

    @Test
    void takesNoTurnOfTheScheduler() {
        fixture.serve(FIRST, SECOND);
        AddressPort before = next();

        assertThat(resume(FrontendKind.CLUSTER_IP, FIRST)).isPresent();

        assertThat(next()).isNotEqualTo(before);
    }

    private AddressPort next() {
        Decision decision = fixture.router.decide(RouterFixture.frontend(FrontendKind.CLUSTER_IP), CLIENT, Set.of());
        return ((Decision.Forward) decision).lease().endpoint().address();
    }

    @Test
    void endsWhereTheEndpointServesNoMore() {
        LoadBalancer balancer = fixture.serve(FIRST, SECOND);

        assertThat(resume(FrontendKind.CLUSTER_IP, THIRD)).isEmpty();
        assertThat(balancer.active()).isZero();
    }

    @Test
    void goesOnAtAnEndpointThatServesButIsNoCandidate() {
        fixture.servingBesides = Set.of(THIRD.address());
        LoadBalancer balancer = fixture.serve(FIRST);

        Decision.Forward forward = resume(FrontendKind.CLUSTER_IP, THIRD).orElseThrow();

        assertThat(forward.lease().endpoint().address()).isEqualTo(THIRD.address());
        assertThat(balancer.active()).isEqualTo(1);
        assertThat(next()).isEqualTo(FIRST.address());
    }

    /** kube-proxy's conntrack entries outlive a change of policy as well. */
    @Test
    void asksNeitherPolicyNorSourceRanges() {
        fixture.external = TrafficPolicy.LOCAL;
        fixture.sourceRanges = List.of(Cidr.parse("198.51.100.0/24"));
        fixture.serve(FIRST, SECOND);

        assertThat(resume(FrontendKind.LOAD_BALANCER_IP, SECOND)).isPresent();
    }

    @Test
    void endsAtAFrontendThatIsServedNoMore() {
        assertThat(resume(FrontendKind.CLUSTER_IP, FIRST)).isEmpty();
    }
}
