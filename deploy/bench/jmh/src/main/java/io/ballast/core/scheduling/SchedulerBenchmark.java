package io.ballast.core.scheduling;

import io.ballast.core.model.AddressPort;
import io.ballast.core.model.Endpoint;
import java.time.Duration;
import java.util.Set;
import java.util.stream.IntStream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Threads;

/**
 * One connection's way through the load balancer: an endpoint is picked and counted, the connection before it is given
 * back. Alone, with each event loop at a Service of its own, and with all event loops at the same Service.
 */
public class SchedulerBenchmark extends NanosecondsBenchmark {
    /** One Service, shared by all threads. */
    @State(Scope.Benchmark)
    public static class Service extends Balancing {}

    /** A Service for each thread. */
    @State(Scope.Thread)
    public static class OwnService extends Balancing {}

    /** A Service with its endpoints. */
    @State(Scope.Benchmark)
    public abstract static class Balancing {
        @Param({"rr", "wrr", "lc", "wlc", "sh", "dh", "sed", "nq", "mh", "random", "p2c"})
        public String scheduler;

        @Param({"10", "1000"})
        public int endpoints;

        @Param({"false"})
        public boolean affinity;

        LoadBalancer balancer;

        @Setup
        public void create() {
            Endpoint[] all =
                    IntStream.range(0, endpoints).mapToObj(Balanced::endpoint).toArray(Endpoint[]::new);
            AffinityTable table = new AffinityTable(AffinityTable.DEFAULT_MAX_ENTRIES, System::nanoTime);
            Balanced described =
                    new Balanced(Balanced.factory(table)).scheduler(scheduler).cluster(all);
            balancer = (affinity ? described.affinity(Duration.ofHours(3)) : described).create();
        }
    }

    /** One event loop: as many open connections as it keeps, and clients that come in turn. */
    @State(Scope.Thread)
    public static class Loop {
        private final AddressPort[] clients =
                IntStream.range(0, 4096).mapToObj(Balanced::client).toArray(AddressPort[]::new);
        private final Lease[] open = new Lease[512];
        private int turn;

        void pickAndRelease(LoadBalancer balancer) {
            AddressPort client = clients[turn & clients.length - 1];
            int slot = turn++ & open.length - 1;
            if (open[slot] != null) {
                open[slot].release();
            }
            open[slot] = ((Pick.Picked) balancer.acquire(EndpointScope.CLUSTER, client, Balanced.CLUSTER_IP, Set.of()))
                    .lease();
        }
    }

    @Benchmark
    @Threads(1)
    public void alone(Service service, Loop loop) {
        loop.pickAndRelease(service.balancer);
    }

    @Benchmark
    @Threads(Threads.MAX)
    public void apart(OwnService service, Loop loop) {
        loop.pickAndRelease(service.balancer);
    }

    @Benchmark
    @Threads(Threads.MAX)
    public void contended(Service service, Loop loop) {
        loop.pickAndRelease(service.balancer);
    }
}
