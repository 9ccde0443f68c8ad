package ballastbench;

import io.ballast.core.model.EndpointSlice;
import io.ballast.core.model.NamespacedName;
import io.ballast.core.model.Node;
import io.ballast.core.model.Service;
import io.ballast.core.spi.ObjectSink;
import io.ballast.daemon.k8s.ApiConnection;
import io.ballast.daemon.k8s.ClientSettings;
import io.ballast.daemon.k8s.KubernetesClientFactory;
import io.ballast.daemon.k8s.KubernetesSource;
import io.ballast.daemon.source.Selectors;
import java.util.ArrayList;
import java.util.List;
import java.util.Scanner;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * The sources of many nodes in one process, without what follows them: {@code SERVER NODES EVENTS}. Prints
 * {@code ready} once all have their first lists; then, for each of that many changes of slices, the monotonic time in
 * nanoseconds at which the last of them had it. Ends when its input does.
 */
public final class WatchFleet {
    private WatchFleet() {}

    public static void main(String[] args) throws Exception {
        int nodes = Integer.parseInt(args[1]);
        Arrivals arrivals = new Arrivals(nodes, Integer.parseInt(args[2]));
        CountDownLatch listed = new CountDownLatch(2 * nodes);
        List<KubernetesSource> sources = new ArrayList<>();
        for (int node = 0; node < nodes; node++) {
            ApiConnection api = new KubernetesClientFactory()
                    .connect(new ClientSettings("", args[0], 50, 100, ""), (method, host, code, took) -> {});
            sources.add(new KubernetesSource(
                    api, new Selectors("node", ""), new Follower(listed, arrivals), problem -> {}, fatal -> {
                        throw new IllegalStateException(fatal);
                    }));
        }
        sources.forEach(KubernetesSource::start);
        listed.await();
        System.out.println("ready");
        arrivals.await();
        arrivals.print();
        new Scanner(System.in).hasNextLine();
        sources.forEach(KubernetesSource::close);
    }

    /** When the last node had the k-th change. Thread-safe. */
    private static final class Arrivals {
        private final int nodes;
        private final AtomicLongArray last;
        private final AtomicInteger[] counts;
        private final CountDownLatch all;

        Arrivals(int nodes, int events) {
            this.nodes = nodes;
            last = new AtomicLongArray(events);
            counts = new AtomicInteger[events];
            for (int event = 0; event < events; event++) {
                counts[event] = new AtomicInteger();
            }
            all = new CountDownLatch(events);
        }

        void seen(int event) {
            long now = System.nanoTime();
            last.accumulateAndGet(event, now, Math::max);
            if (counts[event].incrementAndGet() == nodes) {
                all.countDown();
            }
        }

        void await() throws InterruptedException {
            all.await();
        }

        void print() {
            StringBuilder lines = new StringBuilder();
            for (int event = 0; event < last.length(); event++) {
                lines.append(last.get(event)).append('\n');
            }
            System.out.print(lines);
            System.out.flush();
        }
    }

    /** One node. A watch delivers in order, so the k-th slice after the lists is the k-th change. */
    private static final class Follower implements ObjectSink {
        private final CountDownLatch listed;
        private final Arrivals arrivals;
        private volatile boolean watching;
        private int events;

        Follower(CountDownLatch listed, Arrivals arrivals) {
            this.listed = listed;
            this.arrivals = arrivals;
        }

        @Override
        public void upsert(Service service) {}

        @Override
        public void deleteService(NamespacedName name) {}

        /** On the thread of the slices' watch. */
        @Override
        public void upsert(EndpointSlice slice) {
            if (watching) {
                arrivals.seen(events++);
            }
        }

        @Override
        public void deleteEndpointSlice(NamespacedName name) {}

        @Override
        public void upsert(Node node) {}

        @Override
        public void deleteNode(String name) {}

        @Override
        public void servicesSynced() {
            listed.countDown();
        }

        @Override
        public void nodeSynced() {}

        @Override
        public void endpointSlicesSynced() {
            watching = true;
            listed.countDown();
        }
    }
}
