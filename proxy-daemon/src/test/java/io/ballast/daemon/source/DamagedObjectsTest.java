package io.ballast.daemon.source;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.ballast.core.Proxier;
import io.ballast.core.ProxierSurroundings;
import io.ballast.core.health.ProxyHealth;
import io.ballast.core.model.HostAddresses;
import io.ballast.core.model.IpAddress;
import io.ballast.core.model.IpFamily;
import io.ballast.core.model.NamespacedName;
import io.ballast.core.model.ServiceOptions;
import io.ballast.core.routing.MasqueradeRules;
import io.ballast.core.routing.Route;
import io.ballast.core.routing.Router;
import io.ballast.core.routing.Source;
import io.ballast.core.scheduling.AffinityTable;
import io.ballast.core.scheduling.SchedulerRegistry;
import io.ballast.core.scheduling.SchedulingLoadBalancerFactory;
import io.ballast.core.spi.SyncObserver;
import io.ballast.core.testing.ManualClock;
import io.ballast.core.testing.RecordingDataplane;
import io.ballast.core.tracking.ClusterState;
import io.ballast.core.tracking.NodePortRules;
import io.ballast.core.tracking.TrackingSettings;
import io.ballast.daemon.testing.ApiObjects;
import io.ballast.daemon.testing.Damage;
import io.ballast.daemon.testing.LogCapture;
import io.ballast.daemon.testing.Recorded;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Recorded objects, damaged at random, come and go through the mapper and the core: nothing is thrown, and a good Service
 * among them keeps its routes and frontends.
 */
class DamagedObjectsTest {
    private static final int ROUNDS = 5_000;
    private static final NamespacedName GOOD = ApiObjects.name("good");

    private final ManualClock clock = new ManualClock();
    private final RecordingDataplane dataplane = new RecordingDataplane();
    private final Proxier proxier = proxier();
    private final ModelMapper mapper = new ModelMapper(Origin.API, problem -> {});

    private Proxier proxier() {
        SchedulerRegistry schedulers = SchedulerRegistry.load(DamagedObjectsTest.class.getClassLoader());
        TrackingSettings settings = new TrackingSettings(
                "worker-1",
                EnumSet.allOf(IpFamily.class),
                ServiceOptions.DEFAULTS,
                schedulers.names()::contains,
                NodePortRules.DEFAULT,
                null,
                true);
        return new Proxier(
                settings,
                new ProxierSurroundings(
                        dataplane,
                        new Router(client -> Source.OUTSIDE, new MasqueradeRules(false, false)),
                        new SchedulingLoadBalancerFactory(schedulers, new AffinityTable(10, clock), "worker-1"),
                        new ProxyHealth(Duration.ofSeconds(10), clock, clock),
                        Map.of(),
                        (service, reason, message) ->
                                assertThat(message).isNotBlank().hasSizeLessThan(2_000),
                        SyncObserver.NONE,
                        clock,
                        clock));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void harmNeitherTheCoreNorAGoodService(long seed) {
        proxier.nodeAddressesChanged(
                HostAddresses.of(Set.of(IpAddress.parse("192.0.2.1"), IpAddress.parse("2001:db8::1"))));
        proxier.upsert(mapper.service(ApiObjects.service("good", "10.200.0.1")).orElseThrow());
        proxier.upsert(mapper.endpointSlice(ApiObjects.slice("good-1", "good", "10.244.9.1", "10.244.9.2"))
                .orElseThrow());
        proxier.servicesSynced();
        proxier.endpointSlicesSynced();
        proxier.nodeSynced();
        proxier.sync();
        Route good = goodRoute();
        List<JsonNode> originals = Recorded.ALL.stream()
                .map(name -> (JsonNode) Recorded.read(name))
                .toList();
        Random random = new Random(seed);
        try (LogCapture log = new LogCapture(ClusterState.class)) {
            for (int round = 0; round < ROUNDS; round++) {
                JsonNode object = Damage.copy(originals.get(random.nextInt(originals.size())), random);
                try {
                    deliver(object, random);
                    if (random.nextInt(3) == 0) {
                        proxier.sync();
                    }
                } catch (RuntimeException e) {
                    throw new AssertionError("seed " + seed + ", round " + round + ", object " + object, e);
                }
            }
            proxier.sync();
            // A Service that could not be applied would be logged.
            assertThat(log.lines()).isEmpty();
        }
        assertThat(goodRoute()).isSameAs(good);
        assertThat(dataplane.table().frontends())
                .filteredOn(frontend -> frontend.route().equals(good))
                .hasSize(1);
    }

    private void deliver(JsonNode object, Random random) {
        boolean deleted = random.nextInt(5) == 0;
        if (deleted) {
            mapper.name("Service", object).filter(name -> !name.equals(GOOD)).ifPresent(proxier::deleteService);
            mapper.name("EndpointSlice", object).ifPresent(proxier::deleteEndpointSlice);
            return;
        }
        mapper.service(object).ifPresent(proxier::upsert);
        mapper.endpointSlice(object).ifPresent(proxier::upsert);
        mapper.node(object).ifPresent(proxier::upsert);
    }

    private Route goodRoute() {
        return dataplane.table().routes().stream()
                .filter(route -> Objects.equals(route.servicePort().name().service(), GOOD))
                .findFirst()
                .orElseThrow();
    }
}
