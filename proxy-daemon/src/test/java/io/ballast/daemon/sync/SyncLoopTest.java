package io.ballast.daemon.sync;

import static org.assertj.core.api.Assertions.assertThat;

import io.ballast.core.model.EndpointSlice;
import io.ballast.core.model.NamespacedName;
import io.ballast.core.model.Node;
import io.ballast.core.model.Service;
import io.ballast.core.spi.ObjectSink;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Case 75 of kube-proxy's unit tests (behaviour 10.4), without its pause between two syncs. */
class SyncLoopTest {
    private static final NamespacedName WEB = new NamespacedName("default", "web");
    private static final NamespacedName BAD = new NamespacedName("default", "bad");

    private final BlockingQueue<String> seen = new LinkedBlockingQueue<>();
    private final SyncLoop loop =
            new SyncLoop(new Recording(), () -> seen.add("sync"), () -> seen.add("tick"), Duration.ofDays(1));

    @AfterEach
    void close() {
        loop.close();
    }

    @Test
    void handlesWhatCameTogetherInOneSync() throws InterruptedException {
        loop.upsert(node("a"));
        loop.deleteService(WEB);
        loop.servicesSynced();
        loop.start();

        assertThat(take(4)).containsExactly("node a", "delete default/web", "servicesSynced", "sync");
    }

    @Test
    void collapsesEventsOfOneObjectToTheLast() throws InterruptedException {
        loop.upsert(node("a"));
        loop.deleteNode("a");
        loop.start();

        assertThat(take(2)).containsExactly("delete node a", "sync");
    }

    @Test
    void goesOnAfterAnObjectThatThrows() throws InterruptedException {
        loop.deleteService(BAD);
        loop.deleteService(WEB);
        loop.start();

        assertThat(take(2)).containsExactly("delete default/web", "sync");
    }

    @Test
    void collectsWhatArrivesDuringASyncForTheNext() throws InterruptedException {
        CountDownLatch entered = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        loop.post("slow", () -> {
            entered.countDown();
            awaitUninterrupted(release);
        });
        loop.start();
        entered.await();
        loop.deleteService(WEB);
        loop.deleteNode("a");
        release.countDown();

        assertThat(take(4)).containsExactly("sync", "delete default/web", "delete node a", "sync");
    }

    @Test
    void triesAFailedSyncAgainAtTheNextTick() throws InterruptedException {
        AtomicBoolean failed = new AtomicBoolean();
        Runnable sync = () -> {
            seen.add("sync");
            if (!failed.getAndSet(true)) {
                throw new IllegalStateException("the first one fails");
            }
        };
        try (SyncLoop failing = new SyncLoop(new Recording(), sync, sync, Duration.ofMillis(5))) {
            failing.deleteService(WEB);
            failing.start();

            assertThat(take(3)).containsExactly("delete default/web", "sync", "sync");
        }
    }

    @Test
    void ticksWithoutEvents() throws InterruptedException {
        try (SyncLoop ticking =
                new SyncLoop(new Recording(), () -> seen.add("sync"), () -> seen.add("tick"), Duration.ofMillis(5))) {
            ticking.start();

            assertThat(take(2)).containsExactly("tick", "tick");
        }
    }

    private static void awaitUninterrupted(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private List<String> take(int count) throws InterruptedException {
        String[] taken = new String[count];
        for (int i = 0; i < count; i++) {
            taken[i] = String.valueOf(seen.poll(10, TimeUnit.SECONDS));
        }
        return List.of(taken);
    }

    private static Node node(String name) {
        return new Node(name, "", List.of(), List.of(), List.of(), Map.of(), List.of(), false);
    }

    private final class Recording implements ObjectSink {
        @Override
        public void upsert(Service service) {
            seen.add("service " + service.name());
        }

        @Override
        public void deleteService(NamespacedName name) {
            if (name.equals(BAD)) {
                throw new IllegalStateException("bad object");
            }
            seen.add("delete " + name);
        }

        @Override
        public void upsert(EndpointSlice slice) {
            seen.add("slice " + slice.name());
        }

        @Override
        public void deleteEndpointSlice(NamespacedName name) {
            seen.add("delete slice " + name);
        }

        @Override
        public void upsert(Node node) {
            seen.add("node " + node.name());
        }

        @Override
        public void deleteNode(String name) {
            seen.add("delete node " + name);
        }

        @Override
        public void servicesSynced() {
            seen.add("servicesSynced");
        }

        @Override
        public void endpointSlicesSynced() {
            seen.add("endpointSlicesSynced");
        }

        @Override
        public void nodeSynced() {
            seen.add("nodeSynced");
        }
    }
}
