package io.ballast.core;

import static io.ballast.core.testing.ServiceBuilder.service;

import io.ballast.core.health.ProxyHealth;
import io.ballast.core.health.ServiceHealth;
import io.ballast.core.model.Frontend;
import io.ballast.core.model.HostAddresses;
import io.ballast.core.model.IpAddress;
import io.ballast.core.model.IpFamily;
import io.ballast.core.model.Protocol;
import io.ballast.core.model.ServiceOptions;
import io.ballast.core.routing.Dataplane;
import io.ballast.core.routing.FrontendRoute;
import io.ballast.core.routing.MasqueradeRules;
import io.ballast.core.routing.Router;
import io.ballast.core.routing.Source;
import io.ballast.core.spi.SyncObserver;
import io.ballast.core.testing.FakeLoadBalancers;
import io.ballast.core.testing.ManualClock;
import io.ballast.core.testing.RecordingDataplane;
import io.ballast.core.testing.RecordingWarnings;
import io.ballast.core.testing.ServiceBuilder;
import io.ballast.core.tracking.NodePortRules;
import io.ballast.core.tracking.TrackingSettings;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;

/** A Proxier for node n1 with fakes all around it. */
final class ProxierFixture {
    static final TrackingSettings SETTINGS = new TrackingSettings(
            "n1",
            Set.of(IpFamily.values()),
            ServiceOptions.DEFAULTS,
            name -> List.of("rr", "lc", "mh", "sh").contains(name),
            NodePortRules.DEFAULT,
            null,
            true);

    final RecordingDataplane dataplane = new RecordingDataplane();
    final RecordingWarnings warnings = new RecordingWarnings();
    final ManualClock clock = new ManualClock();
    final Router router = new Router(client -> Source.OUTSIDE, new MasqueradeRules(false, false));
    final ProxyHealth proxyHealth = new ProxyHealth(Duration.ofSeconds(10), clock, clock);
    final Map<IpFamily, ServiceHealth> serviceHealth = Map.of(
            IpFamily.IPV4, new ServiceHealth(proxyHealth::isHealthy, ServiceHealth.PortListener.NONE),
            IpFamily.IPV6, new ServiceHealth(proxyHealth::isHealthy, ServiceHealth.PortListener.NONE));

    Proxier proxier(SyncObserver observer) {
        return proxier(SETTINGS, observer);
    }

    Proxier proxier(TrackingSettings settings, SyncObserver observer) {
        return proxier(settings, dataplane, observer);
    }

    Proxier proxier(TrackingSettings settings, Dataplane target, SyncObserver observer) {
        return new Proxier(
                settings,
                new ProxierSurroundings(
                        target,
                        router,
                        new FakeLoadBalancers(),
                        proxyHealth,
                        serviceHealth,
                        warnings,
                        observer,
                        clock,
                        clock));
    }

    /** All first lists are in. */
    void ready(Proxier proxier) {
        proxier.servicesSynced();
        proxier.endpointSlicesSynced();
        proxier.nodeSynced();
        proxier.sync();
    }

    /** Service {@code default/web} at 10.96.0.10:80. */
    static ServiceBuilder web() {
        return service("web").clusterIp("10.96.0.10").port(80);
    }

    FrontendRoute find(String address, int port) {
        Frontend frontend = new Frontend(Protocol.TCP, IpAddress.parse(address), port);
        return Objects.requireNonNull(dataplane.table().find(frontend), frontend + " is served");
    }

    /** All frontends in order, as text. */
    List<String> served() {
        return dataplane.table().frontends().stream()
                .map(FrontendRoute::frontend)
                .sorted()
                .map(Frontend::toString)
                .toList();
    }

    /** Of interfaces that are no dummies. */
    static HostAddresses interfaces(String... addresses) {
        return HostAddresses.of(addresses(addresses));
    }

    static Set<IpAddress> addresses(String... texts) {
        return Arrays.stream(texts).map(IpAddress::parse).collect(Collectors.toSet());
    }
}
