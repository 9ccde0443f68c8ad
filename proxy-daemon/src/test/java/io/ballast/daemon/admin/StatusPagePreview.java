package io.ballast.daemon.admin;

import io.ballast.core.model.IpFamily;
import io.ballast.core.routing.MasqueradeRules;
import io.ballast.core.routing.Router;
import io.ballast.core.routing.Source;
import io.ballast.daemon.http.HttpLimits;
import io.ballast.daemon.http.HttpListener;
import io.ballast.daemon.http.HttpLoop;
import io.ballast.daemon.http.HttpServerSpec;
import io.ballast.daemon.metrics.Metrics;
import io.ballast.daemon.metrics.TableFacts;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.time.InstantSource;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * Serves the admin port of a made-up node, to look at the status page while working on it. Not a test.
 *
 * <p>Arguments: port, number of Services.
 */
final class StatusPagePreview {
    private static final long TICK_MILLIS = 100;

    private StatusPagePreview() {}

    public static void main(String[] arguments) throws InterruptedException {
        int port = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 10249;
        FakeCluster cluster = new FakeCluster(arguments.length > 1 ? Integer.parseInt(arguments[1]) : 60);
        cluster.traffic(600);
        Executors.newSingleThreadScheduledExecutor()
                .scheduleAtFixedRate(
                        () -> cluster.traffic(TICK_MILLIS / 1e3), TICK_MILLIS, TICK_MILLIS, TimeUnit.MILLISECONDS);
        serve(port, cluster);
        Thread.currentThread().join();
    }

    private static void serve(int port, FakeCluster cluster) {
        HttpServerSpec spec = new HttpServerSpec(
                "metrics server",
                new InetSocketAddress(InetAddress.getLoopbackAddress(), port),
                HttpLimits.ADMIN,
                true,
                HttpServerSpec.RETRY_INTERVAL,
                false);
        AdminResponder responder = new AdminResponder(model(cluster), InstantSource.system());
        new HttpListener(new HttpLoop("admin", 64), spec, responder, (address, isFinal, message) -> {}).start();
    }

    static AdminModel model(FakeCluster cluster) {
        Router router = new Router(client -> Source.OUTSIDE, new MasqueradeRules(false, true));
        router.publish(cluster.table());
        TableFacts facts = new TableFacts(
                cluster::table,
                () -> cluster.failures().size(),
                () -> 812,
                () -> Map.of("sk-lookup", true),
                Map::of,
                Map::of);
        Metrics metrics = new Metrics(
                new PrometheusMeterRegistry(PrometheusConfig.DEFAULT),
                EnumSet.allOf(IpFamily.class),
                facts,
                Map.of("version", "0.1.0"),
                false);
        DaemonStatus status = status();
        return new AdminModel(
                cluster::table,
                cluster::failures,
                cluster,
                router::explain,
                () -> status,
                Map.of("kubeproxy.config.k8s.io", Map.of("mode", "userspace")),
                new TreeMap<>(Map.of("v", "2")),
                metrics::scrape);
    }

    private static DaemonStatus status() {
        return new DaemonStatus(
                "0.1.0",
                Instant.now().minusSeconds(93_784),
                "worker-17.eu-central",
                "sk-lookup",
                "epoll",
                "rr",
                true,
                new DaemonStatus.SourceState(
                        "https://192.0.2.1:6443",
                        true,
                        true,
                        "",
                        Map.of("services", 60, "endpointslices", 118, "nodes", 1)),
                List.of(
                        new DaemonStatus.FeatureState("sk-lookup", true, "", "a socket per frontend, and conflicts"),
                        new DaemonStatus.FeatureState("nftables", true, "", "steering of external addresses"),
                        new DaemonStatus.FeatureState("keep-client-address", true, "", "endpoints see the node"),
                        new DaemonStatus.FeatureState(
                                "udp-raw-replies",
                                false,
                                "CAP_NET_RAW is missing",
                                "UDP frontends whose port a host process holds on the wildcard address")),
                List.of("UDP replies from raw sockets are off: CAP_NET_RAW is missing"));
    }
}
