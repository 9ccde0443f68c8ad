package io.ballast.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.ballast.core.model.EndpointSlice;
import io.ballast.core.model.Frontend;
import io.ballast.core.model.HostAddresses;
import io.ballast.core.model.IpFamily;
import io.ballast.core.model.NamespacedName;
import io.ballast.core.model.Node;
import io.ballast.core.model.Service;
import io.ballast.core.model.ServicePort;
import io.ballast.core.model.ServicePortName;
import io.ballast.core.routing.FrontendRoute;
import io.ballast.core.routing.Route;
import io.ballast.core.routing.RoutingTable;
import io.ballast.core.scheduling.LoadBalancer;
import io.ballast.core.spi.SyncObserver;
import io.ballast.core.stats.ServicePortStats;
import io.ballast.core.testing.FakeLoadBalancers.FakeLoadBalancer;
import io.ballast.core.tracking.NodePortAddresses;
import io.ballast.core.tracking.NodePortRules;
import io.ballast.core.tracking.TrackingSettings;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Whatever the history of events and wherever syncs fall in it, the table equals one that is computed from the final
 * objects alone. A failure names the seed and the step; run it again with that seed only.
 */
class ProxierPropertyTest {
    private static final int HISTORIES = Integer.getInteger("ballast.test.histories", 30);
    private static final int STEPS = 250;

    @ParameterizedTest
    @ValueSource(strings = {"", "primary", "192.0.2.0/24,localhost"})
    void convergesToWhatTheObjectsSay(String nodePortAddresses) {
        List<String> entries = nodePortAddresses.isEmpty() ? List.of() : List.of(nodePortAddresses.split(","));
        TrackingSettings settings = new TrackingSettings(
                RandomCluster.NODE,
                ProxierFixture.SETTINGS.families(),
                ProxierFixture.SETTINGS.defaults(),
                ProxierFixture.SETTINGS.knownSchedulers(),
                new NodePortRules(NodePortAddresses.parse(entries), true),
                null,
                true);
        int served = 0;
        for (int seed = 0; seed < HISTORIES; seed++) {
            served += new History(settings, seed).run();
        }
        assertThat(served).as("routes with endpoints that were compared").isGreaterThan(HISTORIES * 8);
    }

    /** One random history with all that is needed to check it. */
    private static final class History {
        private final TrackingSettings settings;
        private final int seed;
        private final RandomCluster cluster;
        private final ProxierFixture fixture = new ProxierFixture();
        private final Proxier proxier;
        private final Map<NamespacedName, Service> services = new HashMap<>();
        private final Map<NamespacedName, EndpointSlice> slices = new HashMap<>();
        private @Nullable Node node;
        private HostAddresses interfaces = HostAddresses.NONE;
        private int served;
        private Map<String, LoadBalancer> balancers = Map.of();
        private Map<ServicePortName, ServicePortStats> stats = Map.of();

        History(TrackingSettings settings, int seed) {
            this.settings = settings;
            this.seed = seed;
            cluster = new RandomCluster(new Random(seed));
            proxier = fixture.proxier(settings, SyncObserver.NONE);
        }

        /** How many routes with endpoints were compared. */
        int run() {
            for (int step = 0; step < STEPS; step++) {
                event();
                if (step == STEPS / 10) {
                    proxier.nodeSynced();
                    proxier.servicesSynced();
                }
                if (step == STEPS / 5) {
                    proxier.endpointSlicesSynced();
                }
                if (cluster.oneIn(4) || step == STEPS - 1) {
                    sync(step);
                }
            }
            return served;
        }

        private void event() {
            if (cluster.oneIn(12)) {
                node = cluster.node();
                proxier.upsert(node);
            } else if (cluster.oneIn(12)) {
                interfaces = cluster.interfaceAddresses();
                proxier.nodeAddressesChanged(interfaces);
            } else if (cluster.oneIn(5)) {
                NamespacedName name = cluster.serviceName();
                services.remove(name);
                proxier.deleteService(name);
            } else if (cluster.oneIn(5)) {
                NamespacedName name = cluster.sliceName();
                slices.remove(name);
                proxier.deleteEndpointSlice(name);
            } else if (cluster.oneIn(2)) {
                Service service = cluster.service();
                services.put(service.name(), service);
                proxier.upsert(service);
            } else {
                EndpointSlice slice = cluster.slice();
                slices.put(slice.name(), slice);
                proxier.upsert(slice);
            }
        }

        private void sync(int step) {
            if (proxier.isReady() && cluster.oneIn(6)) {
                fixture.dataplane.failing(true);
                try {
                    proxier.sync();
                } catch (IllegalStateException e) {
                    assertThat(e).hasMessageContaining("told to fail");
                } finally {
                    fixture.dataplane.failing(false);
                }
                return;
            }
            proxier.sync();
            if (proxier.isReady()) {
                check("seed " + seed + ", step " + step);
            } else {
                assertThat(fixture.dataplane.calls()).isZero();
            }
        }

        private void check(String where) {
            RoutingTable table = fixture.dataplane.table();
            NaiveTable expected = new NaiveTable(settings, services, slices, node, interfaces);
            Map<Frontend, NaiveTable.Entry> frontends = new HashMap<>();
            for (FrontendRoute frontend : table.frontends()) {
                ServicePort port = frontend.route().servicePort();
                frontends.put(
                        frontend.frontend(),
                        new NaiveTable.Entry(frontend.kind(), facts(frontend.route()), frontend.admission()));
                assertThat(frontend.route()).as(where).isSameAs(table.route(port.name(), port.family()));
            }
            assertThat(frontends).as(where).isEqualTo(expected.frontends);
            Map<String, NaiveTable.RouteFacts> routes = new HashMap<>();
            table.routes().forEach(route -> routes.put(key(route), facts(route)));
            assertThat(routes).as(where).isEqualTo(expected.routes);
            routes.values().forEach(route -> served += route.endpoints().hasAny() ? 1 : 0);
            assertThat(fixture.dataplane.clusterIps()).as(where).isEqualTo(expected.clusterIps);
            checkContinuity(where, table);
        }

        /** Load balancers and counters stay with their port, and know the latest facts. */
        private void checkContinuity(String where, RoutingTable table) {
            Map<String, LoadBalancer> newBalancers = new HashMap<>();
            Map<ServicePortName, ServicePortStats> newStats = new HashMap<>();
            for (Route route : table.routes()) {
                FakeLoadBalancer balancer = (FakeLoadBalancer) route.balancer();
                assertThat(balancer.servicePort()).as(where).isEqualTo(route.servicePort());
                assertThat(balancer.endpoints()).as(where).isEqualTo(route.endpoints());
                newBalancers.put(key(route), balancer);
                ServicePortStats other = newStats.put(route.servicePort().name(), route.stats());
                assertThat(other == null || other.equals(route.stats()))
                        .as(where)
                        .isTrue();
            }
            balancers.forEach((key, balancer) -> assertThat(newBalancers.getOrDefault(key, balancer))
                    .as(where)
                    .isSameAs(balancer));
            stats.forEach((name, counters) ->
                    assertThat(newStats.getOrDefault(name, counters)).as(where).isSameAs(counters));
            balancers = newBalancers;
            stats = newStats;
        }

        private static String key(Route route) {
            IpFamily family = route.servicePort().family();
            return route.servicePort().name() + "/" + family;
        }

        private static NaiveTable.RouteFacts facts(Route route) {
            return new NaiveTable.RouteFacts(route.servicePort(), route.endpoints(), route.servingEndpoints());
        }
    }
}
