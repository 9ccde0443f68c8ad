package io.ballast.core;

import static io.ballast.core.testing.ServiceBuilder.service;
import static io.ballast.core.testing.SliceBuilder.slice;
import static org.assertj.core.api.Assertions.assertThat;

import io.ballast.core.model.EndpointSlice;
import io.ballast.core.model.Protocol;
import io.ballast.core.routing.Dataplane;
import io.ballast.core.routing.RoutingTable;
import io.ballast.core.routing.RoutingTableDiff;
import io.ballast.core.spi.SyncObserver;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/**
 * What a change costs depends on the Service it concerns and not on how many others there are. Measured in allocated
 * bytes, which are stable where times are not: a scan of the table, or a copy, would show.
 */
class ChangeCostTest {
    private static final int FEW = 50;
    private static final int MANY = 5_000;

    private static final class NoDataplane implements Dataplane {
        @Override
        public void apply(RoutingTable table, RoutingTableDiff diff) {}

        @Override
        public void retryFailed() {}
    }

    @Test
    void doesNotGrowWithTheTable() {
        long amongFew = costOfOneChange(FEW);
        long amongMany = costOfOneChange(MANY);

        // The persistent map is deeper by a level or two.
        assertThat(amongMany).isLessThan(2 * amongFew + 2_000);
    }

    private static long costOfOneChange(int services) {
        Proxier proxier = new ProxierFixture().proxier(ProxierFixture.SETTINGS, new NoDataplane(), SyncObserver.NONE);
        proxier.nodeAddressesChanged(ProxierFixture.interfaces("192.0.2.1", "127.0.0.1"));
        for (int i = 0; i < services; i++) {
            proxier.upsert(service("s" + i)
                    .clusterIp("10.96." + i / 250 + "." + (1 + i % 250))
                    .nodePort("", Protocol.TCP, 80, 20_000 + i)
                    .build());
            proxier.upsert(version(i, 0));
        }
        proxier.servicesSynced();
        proxier.endpointSlicesSynced();
        proxier.nodeSynced();
        proxier.sync();
        long[] costs = new long[200];
        for (int i = 0; i < costs.length; i++) {
            EndpointSlice changed = version(i % FEW, 1 + i / FEW);
            long before = allocated();
            proxier.upsert(changed);
            proxier.sync();
            costs[i] = allocated() - before;
        }
        Arrays.sort(costs);
        return costs[costs.length / 2];
    }

    private static EndpointSlice version(int service, int version) {
        return slice("s" + service + "-1", "s" + service)
                .port(8080)
                .endpoints("10.2.0.1", "10.2.0.2", "10.2.0.3", "10.1." + version + ".1")
                .build();
    }

    private static long allocated() {
        return ((com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean())
                .getThreadAllocatedBytes(Thread.currentThread().getId());
    }
}
