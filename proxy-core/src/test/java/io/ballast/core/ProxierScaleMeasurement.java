package io.ballast.core;

import io.ballast.core.model.EndpointSlice;
import io.ballast.core.model.HostAddresses;
import io.ballast.core.model.IpAddress;
import io.ballast.core.model.IpFamily;
import io.ballast.core.model.Protocol;
import io.ballast.core.model.Service;
import io.ballast.core.model.ServiceType;
import io.ballast.core.routing.Dataplane;
import io.ballast.core.routing.RoutingTable;
import io.ballast.core.routing.RoutingTableDiff;
import io.ballast.core.scheduling.AffinityTable;
import io.ballast.core.scheduling.SchedulerRegistry;
import io.ballast.core.scheduling.SchedulingLoadBalancerFactory;
import io.ballast.core.spi.SyncObserver;
import io.ballast.core.spi.Ticker;
import io.ballast.core.testing.ServiceBuilder;
import io.ballast.core.testing.SliceBuilder;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import javax.management.JMException;
import javax.management.ObjectName;
import org.junit.jupiter.api.Test;

/**
 * Prints what loading 10 000 Services with 10 endpoints each costs, and what one change of a slice costs then. Asserts
 * nothing, because times are not stable, and runs only when it is named: {@code mvn test -pl proxy-core
 * -Dtest=ProxierScaleMeasurement -Dtest.jvm.args=-Xmx400m}.
 */
class ProxierScaleMeasurement {
    private static final int SERVICES = 10_000;
    private static final int ENDPOINTS = 10;
    private static final int CHANGES = 20_000;
    private static final int LARGEST_CLASSES = 40;
    private static final PrintStream OUT = System.out;

    private static final class NoDataplane implements Dataplane {
        private final ProxierFixture fixture;

        NoDataplane(ProxierFixture fixture) {
            this.fixture = fixture;
        }

        @Override
        public void apply(RoutingTable table, RoutingTableDiff diff) {
            fixture.router.publish(table);
        }

        @Override
        public void retryFailed() {}
    }

    @Test
    void measures() {
        Proxier proxier = proxier();
        long heapBefore = usedHeap();
        long allocatedBefore = allocated();
        long start = System.nanoTime();
        for (int i = 0; i < SERVICES; i++) {
            proxier.upsert(service(i));
            proxier.upsert(slice(i, 0));
        }
        proxier.servicesSynced();
        proxier.endpointSlicesSynced();
        proxier.nodeSynced();
        proxier.sync();
        double millis = (System.nanoTime() - start) / 1e6;
        report(
                "load %d Services x %d: %.0f ms, %.0f MiB allocated",
                SERVICES, ENDPOINTS, millis, mib(allocated() - allocatedBefore));
        report("live heap: %.1f MiB", mib(usedHeap() - heapBefore));
        reportHistogram();
        for (int round = 0; round < 3; round++) {
            measureChanges(proxier, round);
        }
        measureAddresses(proxier);
    }

    private static void measureChanges(Proxier proxier, int round) {
        long[] nanos = new long[CHANGES];
        long allocatedBefore = allocated();
        for (int i = 0; i < CHANGES; i++) {
            EndpointSlice slice = slice(i * 7 % SERVICES, 1 + round + i / SERVICES);
            long start = System.nanoTime();
            proxier.upsert(slice);
            proxier.sync();
            nanos[i] = System.nanoTime() - start;
        }
        Arrays.sort(nanos);
        report(
                "slice change, round %d: median %.1f us, p99 %.1f us, max %.1f us, %.1f kB allocated",
                round,
                nanos[CHANGES / 2] / 1e3,
                nanos[CHANGES * 99 / 100] / 1e3,
                nanos[CHANGES - 1] / 1e3,
                (allocated() - allocatedBefore) / 1e3 / CHANGES);
    }

    private static void measureAddresses(Proxier proxier) {
        long start = System.nanoTime();
        proxier.nodeAddressesChanged(
                HostAddresses.of(Set.of(IpAddress.parse("192.0.2.1"), IpAddress.parse("192.0.2.2"))));
        proxier.sync();
        report("node address added with a NodePort each: %.1f ms", (System.nanoTime() - start) / 1e6);
    }

    private static Proxier proxier() {
        ProxierFixture fixture = new ProxierFixture();
        SchedulerRegistry schedulers = SchedulerRegistry.load(ProxierScaleMeasurement.class.getClassLoader());
        AffinityTable affinity = new AffinityTable(1000, Ticker.system());
        ProxierSurroundings surroundings = new ProxierSurroundings(
                new NoDataplane(fixture),
                fixture.router,
                new SchedulingLoadBalancerFactory(schedulers, affinity, "n1"),
                fixture.proxyHealth,
                fixture.serviceHealth,
                fixture.warnings,
                SyncObserver.NONE,
                Ticker.system(),
                fixture.clock);
        Proxier proxier = new Proxier(ProxierFixture.SETTINGS, surroundings);
        proxier.nodeAddressesChanged(HostAddresses.of(Set.of(IpAddress.parse("192.0.2.1"))));
        return proxier;
    }

    private static Service service(int i) {
        return ServiceBuilder.service("service-" + i)
                .type(ServiceType.NODE_PORT)
                .clusterIps(List.of(IpFamily.IPV4), "10.96." + i / 250 + "." + (1 + i % 250))
                .nodePort("http", Protocol.TCP, 80, 20_000 + i)
                .build();
    }

    /** Version 0 has ten ready endpoints; others have another one of them not ready. */
    private static EndpointSlice slice(int i, int version) {
        SliceBuilder builder = SliceBuilder.slice("service-" + i + "-x7f2q", "service-" + i);
        builder.port("http", Protocol.TCP, 8080);
        for (int e = 0; e < ENDPOINTS; e++) {
            String address = "10." + (i >> 12) + "." + (i >> 4 & 255) + "." + ((i & 15) * 16 + e);
            builder.endpoint(address, (version != 0 && e == version % ENDPOINTS ? "S" : "R") + " @node-" + e);
        }
        return builder.build();
    }

    /** What the live heap is made of, largest first. */
    private static void reportHistogram() {
        try {
            Object histogram = ManagementFactory.getPlatformMBeanServer()
                    .invoke(
                            new ObjectName("com.sun.management:type=DiagnosticCommand"),
                            "gcClassHistogram",
                            new Object[] {new String[0]},
                            new String[] {String[].class.getName()});
            String.valueOf(histogram).lines().limit(LARGEST_CLASSES).forEach(OUT::println);
        } catch (JMException e) {
            report("no histogram: %s", e);
        }
    }

    private static long usedHeap() {
        for (int i = 0; i < 3; i++) {
            System.gc();
        }
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }

    private static long allocated() {
        return ((com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean())
                .getThreadAllocatedBytes(Thread.currentThread().getId());
    }

    private static double mib(long bytes) {
        return bytes / 1024.0 / 1024.0;
    }

    private static void report(String format, Object... values) {
        OUT.println(String.format(Locale.ROOT, format, values));
    }
}
