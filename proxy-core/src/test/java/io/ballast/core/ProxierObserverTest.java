package io.ballast.core;

import static io.ballast.core.testing.ServiceBuilder.service;
import static io.ballast.core.testing.SliceBuilder.slice;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ballast.core.model.EndpointSlice;
import io.ballast.core.model.IpFamily;
import io.ballast.core.model.NamespacedName;
import io.ballast.core.model.Protocol;
import io.ballast.core.model.ServiceType;
import io.ballast.core.model.TrafficPolicy;
import io.ballast.core.routing.Admission;
import io.ballast.core.spi.SyncObserver;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What metrics hear: behaviour 6.4. */
class ProxierObserverTest {
    private static final NamespacedName WEB = new NamespacedName("default", "web");

    private final List<String> observed = new ArrayList<>();
    private final ProxierFixture fixture = new ProxierFixture();
    private final Proxier proxier = fixture.proxier(new RecordingObserver());

    @Test
    void tellsOfEventsAndSyncs() {
        fixture.ready(proxier);
        observed.clear();
        proxier.upsert(ProxierFixture.web().build());
        proxier.upsert(ProxierFixture.web().build());
        proxier.upsert(slice("web-1", "web").port(80).endpoints("10.1.0.1").build());
        proxier.upsert(slice("web-1", "web").port(80).endpoints("10.1.0.1").build());
        proxier.sync();

        assertThat(observed)
                .filteredOn(line -> !line.contains("ternal"))
                .containsExactly(
                        "services 1",
                        "requested IPv4",
                        "requested IPv6",
                        "services 1",
                        "slices 1",
                        "requested IPv4",
                        "slices 1",
                        "started",
                        "finished");
    }

    /** upstream syncs when something asks for it; that this one looks every few seconds is nobody's business. */
    @Test
    void countsNoSyncThatNothingAskedFor() {
        fixture.ready(proxier);
        observed.clear();

        proxier.sync();
        proxier.sync();

        assertThat(observed).isEmpty();
    }

    @Test
    void countsASyncThatIsTriedAgain() {
        fixture.ready(proxier);
        proxier.upsert(ProxierFixture.web().build());
        observed.clear();
        fixture.dataplane.failing(true);
        assertThatThrownBy(proxier::sync).hasMessageContaining("told to fail");
        fixture.dataplane.failing(false);

        proxier.sync();
        proxier.sync();

        assertThat(observed)
                .filteredOn(line -> !line.contains("ternal"))
                .containsExactly("started", "started", "finished");
    }

    @Test
    void case54TellsHowLongProgrammingTook() {
        fixture.ready(proxier);
        observed.clear();
        fixture.clock.advance(Duration.ofSeconds(60));
        proxier.upsert(triggered("web-1", "2026-01-01T00:00:50.5Z"));
        proxier.upsert(triggered("web-2", "2025-12-31T23:59:59Z"));
        proxier.upsert(triggered("web-3", "yesterday"));
        proxier.upsert(triggered("api-1", "2026-01-01T00:00:58Z"));
        proxier.deleteEndpointSlice(new NamespacedName("default", "api-1"));
        fixture.clock.advance(Duration.ofSeconds(1));
        proxier.sync();
        proxier.sync();

        assertThat(observed)
                .filteredOn(line -> line.startsWith("programmed"))
                .containsExactly("programmed IPv4 PT10.5S");
    }

    private EndpointSlice triggered(String name, String time) {
        return slice(name, name.substring(0, 3)).port(80).triggeredAt(time).build();
    }

    @Test
    void tellsHowManyPortsLackLocalEndpoints() {
        proxier.upsert(service("web")
                .type(ServiceType.NODE_PORT)
                .internal(TrafficPolicy.LOCAL)
                .external(TrafficPolicy.LOCAL)
                .clusterIp("10.96.0.10")
                .nodePort("", Protocol.TCP, 80, 30080)
                .build());
        proxier.upsert(slice("web-1", "web").port(80).endpoints("10.1.0.1").build());
        fixture.ready(proxier);
        assertThat(gauges()).contains("internal IPv4 1", "external IPv4 1", "internal IPv6 0");
        assertThat(fixture.find("10.96.0.10", 80).admission()).isEqualTo(Admission.DROP);

        proxier.upsert(
                slice("web-1", "web").port(80).endpoint("10.1.0.1", "R @n1").build());
        proxier.sync();
        assertThat(gauges()).contains("internal IPv4 0", "external IPv4 0");

        proxier.upsert(slice("web-1", "web").port(80).endpoints("10.1.0.1").build());
        proxier.sync();
        proxier.deleteService(WEB);
        proxier.sync();
        assertThat(gauges()).contains("internal IPv4 0", "external IPv4 0");
    }

    /** The latest of each. */
    private List<String> gauges() {
        List<String> all = observed.stream()
                .filter(line -> line.startsWith("internal") || line.startsWith("external"))
                .toList();
        return all.subList(all.size() - 4, all.size());
    }

    private final class RecordingObserver implements SyncObserver {
        @Override
        public void serviceChangeSeen(int pending) {
            observed.add("services " + pending);
        }

        @Override
        public void endpointSliceChangeSeen(int pending) {
            observed.add("slices " + pending);
        }

        @Override
        public void syncRequested(IpFamily family) {
            observed.add("requested " + family);
        }

        @Override
        public void syncStarted() {
            observed.add("started");
        }

        @Override
        public void syncFinished(Duration took) {
            observed.add("finished");
        }

        @Override
        public void noLocalEndpoints(Policy policy, IpFamily family, int servicePorts) {
            observed.add(policy.label() + " " + family + " " + servicePorts);
        }

        @Override
        public void programmed(IpFamily family, Duration sinceTrigger) {
            observed.add("programmed " + family + " " + sinceTrigger);
        }
    }
}
