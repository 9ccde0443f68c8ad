package io.ballast.daemon.demo;

import java.io.IOException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;

/** A few clients that come and go, so that the status page has something to show. Thread-safe. */
final class Traffic implements AutoCloseable {
    private static final int CLIENTS = 4;
    private static final long PAUSE_MILLIS = 20;

    private final AtomicBoolean running = new AtomicBoolean(true);
    private final LongAdder answers = new LongAdder();
    private final LongAdder failures = new LongAdder();

    private Traffic() {}

    /** Clients that do nothing. */
    static Traffic none() {
        return new Traffic();
    }

    static Traffic start() {
        Traffic traffic = new Traffic();
        for (int i = 1; i <= CLIENTS; i++) {
            DemoClient client = new DemoClient("127.2.0." + i);
            Thread thread = new Thread(() -> traffic.run(client), "demo-traffic-" + i);
            thread.setDaemon(true);
            thread.start();
        }
        return traffic;
    }

    private void run(DemoClient client) {
        while (running.get()) {
            try {
                client.get(DemoManifests.CLUSTER_IP, DemoManifests.PORT);
                client.ask(DemoManifests.UDP_IP, DemoManifests.UDP_PORT);
                answers.increment();
                Thread.sleep(PAUSE_MILLIS);
            } catch (IOException e) {
                failures.increment();
            } catch (InterruptedException e) {
                running.set(false);
            }
        }
    }

    String summary() {
        return "Traffic: " + answers.sum() + " rounds answered, " + failures.sum() + " failed";
    }

    @Override
    public void close() {
        running.set(false);
    }
}
