package io.ballast.daemon.demo;

import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The Service {@code demo/web} and its endpoints a, b and c, as the tour changes them: through manifests, and never
 * before the daemon has in force what came before. Confined to the tour's thread.
 */
final class DemoCluster {
    static final Set<String> NAMES = Set.of("a", "b", "c");
    private static final String SCHEDULER = "ballast.io/scheduler";

    private final DemoManifests manifests;
    private final List<DemoEndpoint> endpoints;
    private final DemoState state;

    /**
     * @param endpoints a, b and c
     */
    DemoCluster(DemoManifests manifests, List<DemoEndpoint> endpoints, DemoState state) {
        this.manifests = manifests;
        this.endpoints = List.copyOf(endpoints);
        this.state = state;
    }

    DemoState state() {
        return state;
    }

    /** Puts a scheduler and the weights of a, b and c in force, with no connection left from before. */
    void use(String scheduler, int... weights) throws IOException, InterruptedException {
        manifests.service(Map.of(SCHEDULER, scheduler), "sessionAffinity: None");
        state.awaitScheduler(scheduler);
        state.awaitAffinity("None");
        endpoints(weights);
    }

    /** {@code rr} with ClientIP affinity. */
    void useAffinity(Duration timeout) throws IOException, InterruptedException {
        manifests.service(
                Map.of(SCHEDULER, "rr"),
                "sessionAffinity: ClientIP\n  sessionAffinityConfig: {clientIP: {timeoutSeconds: " + timeout.toSeconds()
                        + "}}");
        state.awaitAffinity("ClientIP");
    }

    /** As {@link #use}, with equal weights. */
    void use(String scheduler) throws IOException, InterruptedException {
        use(scheduler, 1, 1, 1);
    }

    /** The process dies; the cluster does not know. */
    void kill(int endpoint) {
        endpoints.get(endpoint).kill();
    }

    /** The cluster notices that one has gone. */
    void leaveOut(int endpoint) throws IOException, InterruptedException {
        Map<DemoEndpoint, Integer> rest = new LinkedHashMap<>();
        endpoints.stream().filter(each -> each != endpoints.get(endpoint)).forEach(each -> rest.put(each, 1));
        endpoints(rest);
    }

    /** The process starts again, and the cluster sees it ready. */
    void bringBack(int endpoint) throws IOException, InterruptedException {
        endpoints.get(endpoint).start();
        endpoints(1, 1, 1);
    }

    private void endpoints(int... weights) throws IOException, InterruptedException {
        Map<DemoEndpoint, Integer> all = new LinkedHashMap<>();
        for (int i = 0; i < weights.length; i++) {
            all.put(endpoints.get(i), weights[i]);
        }
        endpoints(all);
    }

    private void endpoints(Map<DemoEndpoint, Integer> weights) throws IOException, InterruptedException {
        manifests.endpoints(weights);
        state.awaitWeights(weights.entrySet().stream()
                .collect(Collectors.toMap(entry -> entry.getKey().address(), Map.Entry::getValue)));
        state.awaitActive(0);
    }
}
