package io.ballast.netty.intercept;

import static org.assertj.core.api.Assertions.assertThat;

import io.ballast.core.model.Frontend;
import io.ballast.core.model.FrontendKind;
import io.ballast.core.model.IpAddress;
import io.ballast.core.routing.Admission;
import io.ballast.core.routing.FrontendRoute;
import io.ballast.netty.testing.Routes;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class BindInterceptorTest {
    private static final IpAddress CLUSTER_IP = IpAddress.parse("10.96.0.10");
    private static final IpAddress EXTERNAL_IP = IpAddress.parse("203.0.113.250");

    private static final FrontendFacts FACTS = new FrontendFacts(address -> false, route -> List.of());

    private final FakeSockets tcp = new FakeSockets();
    private final FakeSockets udp = new FakeSockets();
    private final FakeKernel kernel = new FakeKernel();
    private final BindInterceptor interceptor = new BindInterceptor(tcp, udp, kernel, kernel, FACTS);

    @Test
    void opensClusterIpsOnClaimedAddressesWithoutRules() {
        FrontendRoute route = Routes.serving("tcp", "10.96.0.10", 80, FrontendKind.CLUSTER_IP);

        interceptor.claim(List.of(CLUSTER_IP));
        assertThat(interceptor.serve(List.of(route))).isEmpty();

        assertThat(kernel.local).containsExactly(CLUSTER_IP);
        assertThat(tcp.open).containsExactly(Map.entry(route.frontend(), false));
        assertThat(kernel.rules).isEmpty();
    }

    @Test
    void steersExternalAddressesAndNeverMakesThemLocal() {
        FrontendRoute route = Routes.serving("tcp", "203.0.113.250", 80, FrontendKind.EXTERNAL_IP);

        assertThat(interceptor.serve(List.of(route))).isEmpty();

        assertThat(kernel.local).isEmpty();
        assertThat(tcp.open).containsExactly(Map.entry(route.frontend(), true));
        assertThat(kernel.rules)
                .containsExactly(Map.entry(
                        route.frontend(), new PacketRules.Rule(route.frontend(), true, Admission.EVERYONE, List.of())));
    }

    @Test
    void failsOneFrontendWhosePortIsTakenAndServesTheOthers() {
        FrontendRoute taken = Routes.serving("tcp", "10.96.0.10", 80, FrontendKind.CLUSTER_IP);
        FrontendRoute free = Routes.serving("tcp", "10.96.0.10", 81, FrontendKind.CLUSTER_IP);
        tcp.taken.add(taken.frontend());

        Map<Frontend, String> failures = interceptor.serve(List.of(taken, free));

        assertThat(failures).containsOnlyKeys(taken.frontend());
        assertThat(failures.get(taken.frontend())).contains("10.96.0.10:80/tcp", "a process of this host holds");
        assertThat(tcp.open).containsOnlyKeys(free.frontend());
    }

    @Test
    void retriesAClaimThatFailedWhenItsFrontendIsServedAgain() {
        FrontendRoute route = Routes.serving("udp", "10.96.0.10", 53, FrontendKind.CLUSTER_IP);
        kernel.refuses.add(CLUSTER_IP);
        interceptor.claim(List.of(CLUSTER_IP));
        assertThat(interceptor.serve(List.of(route))).containsOnlyKeys(route.frontend());

        kernel.refuses.clear();

        assertThat(interceptor.serve(List.of(route))).isEmpty();
        assertThat(udp.open).containsOnlyKeys(route.frontend());
    }

    @Test
    void keepsAReleasedAddressLocalUntilItsLastConnectionEnded() {
        interceptor.claim(List.of(CLUSTER_IP));
        tcp.inUse.add(CLUSTER_IP);

        interceptor.release(List.of(CLUSTER_IP));
        assertThat(kernel.local).containsExactly(CLUSTER_IP);

        tcp.inUse.clear();
        interceptor.sweep();
        assertThat(kernel.local).isEmpty();
    }

    @Test
    void removesAddressesThatAnEarlierProcessLeftOnceTheyAreNotClaimed() {
        IpAddress stale = IpAddress.parse("10.96.0.99");
        kernel.left.addAll(List.of(stale, CLUSTER_IP));
        kernel.local.addAll(kernel.left);
        BindInterceptor successor = new BindInterceptor(tcp, udp, kernel, kernel, FACTS);
        assertThat(kernel.local).contains(stale);

        successor.claim(List.of(CLUSTER_IP));
        successor.sweep();

        assertThat(kernel.local).contains(CLUSTER_IP).doesNotContain(stale);
    }

    @Test
    void keepsSteeringAWithdrawnFrontendUntilItsLastConnectionEnded() {
        FrontendRoute route = Routes.serving("tcp", "203.0.113.250", 80, FrontendKind.EXTERNAL_IP);
        interceptor.serve(List.of(route));
        tcp.inUse.add(EXTERNAL_IP);

        interceptor.withdraw(List.of(route));
        assertThat(tcp.open).isEmpty();
        assertThat(kernel.rules).containsOnlyKeys(route.frontend());

        tcp.inUse.clear();
        interceptor.sweep();
        assertThat(kernel.rules).isEmpty();
    }

    @Test
    void refusesByClosingTheSocketAndByARule() {
        FrontendRoute served = Routes.serving("tcp", "10.96.0.10", 80, FrontendKind.CLUSTER_IP);
        FrontendRoute empty = Routes.withoutEndpoints("tcp", "10.96.0.10", 80, FrontendKind.CLUSTER_IP);
        interceptor.serve(List.of(served));

        interceptor.refuse(List.of(empty));

        assertThat(tcp.open).isEmpty();
        assertThat(kernel.rules)
                .containsEntry(
                        empty.frontend(), new PacketRules.Rule(empty.frontend(), false, Admission.REFUSE, List.of()));

        interceptor.serve(List.of(served));
        assertThat(kernel.rules).isEmpty();
    }

    private static final class FakeSockets implements DatagramSockets {
        private final Map<Frontend, Boolean> open = new LinkedHashMap<>();
        private final Set<Frontend> taken = new HashSet<>();
        private final Set<IpAddress> inUse = new HashSet<>();

        @Override
        public OpenSocket open(Frontend frontend, boolean transparent, boolean perLoop) throws IOException {
            if (taken.contains(frontend)) {
                throw new IOException("Address already in use");
            }
            open.put(frontend, transparent);
            return () -> open.remove(frontend);
        }

        @Override
        public boolean isInUse(IpAddress frontendAddress) {
            return inUse.contains(frontendAddress);
        }

        @Override
        public boolean hasSessions(Frontend frontend) {
            return inUse.contains(frontend.address());
        }

        @Override
        public void end(Frontend frontend) {
            throw new AssertionError("every frontend has a socket of its own here");
        }
    }

    private static final class FakeKernel implements ClusterIpRoutes, PacketRules {
        private final List<IpAddress> local = new ArrayList<>();
        private final List<IpAddress> left = new ArrayList<>();
        private final Set<IpAddress> refuses = new HashSet<>();
        private final Map<Frontend, Rule> rules = new LinkedHashMap<>();

        @Override
        public Map<IpAddress, String> add(Collection<IpAddress> addresses) {
            Map<IpAddress, String> failures = new LinkedHashMap<>();
            for (IpAddress address : addresses) {
                if (refuses.contains(address)) {
                    failures.put(address, "no");
                } else {
                    local.add(address);
                }
            }
            return failures;
        }

        @Override
        public Collection<IpAddress> left() {
            return left;
        }

        @Override
        public void remove(Collection<IpAddress> addresses) {
            local.removeAll(addresses);
        }

        @Override
        public String unavailableReason() {
            return "";
        }

        @Override
        public List<String> restore() {
            throw new AssertionError("nothing is taken here");
        }

        @Override
        public boolean judgesSources() {
            return true;
        }

        @Override
        public Map<Frontend, String> update(Collection<Rule> add, Collection<Rule> remove) {
            Map<Frontend, String> failures = new LinkedHashMap<>();
            List.of(add, remove).forEach(changed -> changed.stream()
                    .map(Rule::frontend)
                    .filter(frontend -> refuses.contains(frontend.address()))
                    .forEach(frontend -> failures.put(frontend, "no")));
            add.stream()
                    .filter(rule -> !failures.containsKey(rule.frontend()))
                    .forEach(rule -> rules.put(rule.frontend(), rule));
            remove.stream()
                    .map(Rule::frontend)
                    .filter(frontend -> !failures.containsKey(frontend))
                    .forEach(rules::remove);
            return failures;
        }
    }
}
