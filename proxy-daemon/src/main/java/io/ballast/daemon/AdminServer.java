package io.ballast.daemon;

import io.ballast.core.routing.Router;
import io.ballast.daemon.admin.AdminModel;
import io.ballast.daemon.admin.AdminResponder;
import io.ballast.daemon.admin.ConnectionSource;
import io.ballast.daemon.admin.DaemonStatus;
import io.ballast.daemon.admin.DaemonStatus.FeatureState;
import io.ballast.daemon.admin.DaemonStatus.SourceState;
import io.ballast.daemon.config.LoadedConfig;
import io.ballast.daemon.config.ProxyConfig;
import io.ballast.daemon.health.Readiness;
import io.ballast.daemon.http.BindListener;
import io.ballast.daemon.http.HttpLimits;
import io.ballast.daemon.http.HttpListener;
import io.ballast.daemon.http.HttpLoop;
import io.ballast.daemon.http.HttpServerSpec;
import io.ballast.daemon.metrics.Metrics;
import io.ballast.daemon.source.Source;
import io.ballast.netty.InterceptionFeatures.Feature;
import io.ballast.netty.clientip.ClientAddressFeature;
import io.ballast.netty.linux.uring.CallBatch;
import io.ballast.netty.tcp.ConnectionView;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * The server of {@code --metrics-bind-address}: metrics, admin API and status page, on a thread of its own.
 * Thread-safe.
 */
final class AdminServer implements AutoCloseable {
    private static final Map<String, String> LOST = Map.of(
            Feature.LOCAL_ROUTES.label(),
            "ClusterIPs that are not addresses of this node already",
            Feature.NFTABLES.label(),
            "the guard of ClusterIPs' other ports, and silence towards outside clients",
            Feature.POLICY_ROUTES.label(),
            "external and load-balancer addresses that are not this node's own",
            Feature.SK_LOOKUP.label(),
            "Services on ports that host processes hold, and a handful of sockets for all",
            Feature.SK_LOOKUP_PINS.label(),
            "the refusal on ClusterIPs after kill -9, where nftables is missing too",
            Feature.CRASH_GUARD.label(),
            "after kill -9 ClusterIPs lead to whatever the host has on their ports",
            Feature.RAW_SOCKETS.label(),
            "UDP Services on ports that host processes hold, and ICMP port unreachable",
            ClientAddressFeature.CLIENT_IP.label(),
            "endpoints see the node's address",
            ClientAddressFeature.CLIENT_IP_BRIDGES.label(),
            "endpoints behind the same bridge as their client see the node's address",
            CallBatch.FEATURE,
            "CPU time: each socket is read and written with system calls of its own");

    private final ProxyConfig config;
    private final Datapath datapath;
    private final Source source;
    private final Supplier<Readiness> readiness;
    private final Instant started = Instant.now();
    private final HttpLoop loop;
    private final HttpListener listener;

    /** @param loop closed with this */
    AdminServer(
            HttpLoop loop,
            LoadedConfig loaded,
            Router router,
            Datapath datapath,
            Metrics metrics,
            Source source,
            Supplier<Readiness> readiness,
            BindListener bindListener) {
        this.loop = loop;
        config = loaded.config();
        this.datapath = datapath;
        this.source = source;
        this.readiness = readiness;
        AdminModel model = new AdminModel(
                router::table,
                datapath.dataplane()::failures,
                new Connections(datapath),
                router::explain,
                this::status,
                Map.of(
                        "kubeproxy.config.k8s.io", loaded.documents().kubeProxy(),
                        "ballast.io", loaded.documents().ballast()),
                loaded.flags(),
                metrics::scrape);
        HttpServerSpec spec = new HttpServerSpec(
                "metrics server",
                config.servers().metrics().toSocketAddress(),
                HttpLimits.ADMIN,
                true,
                HttpServerSpec.RETRY_INTERVAL,
                config.servers().hardFail());
        listener = new HttpListener(loop, spec, new AdminResponder(model, InstantSource.system()), bindListener);
    }

    void start() {
        listener.start();
    }

    /** Does not listen any more, until the next {@link #start}. */
    void leave() {
        listener.close();
    }

    private DaemonStatus status() {
        Map<String, String> missing = datapath.facts().features();
        return new DaemonStatus(
                BuildVersion.version(),
                started,
                config.nodeName(),
                datapath.interception().mode(),
                datapath.loops().transport().label(),
                config.scheduler(),
                readiness.get().ready(),
                SourceState.of(source.status()),
                missing.entrySet().stream()
                        .map(feature -> feature(feature.getKey(), feature.getValue()))
                        .toList(),
                missing.entrySet().stream()
                        .filter(feature -> !feature.getValue().isEmpty()
                                && WantedFeatures.isWanted(feature.getKey(), config.ballast()))
                        .map(feature -> feature.getKey() + " is off: " + feature.getValue())
                        .toList());
    }

    private static FeatureState feature(String feature, String missing) {
        return new FeatureState(feature, missing.isEmpty(), missing, LOST.getOrDefault(feature, ""));
    }

    @Override
    public void close() {
        listener.close();
        loop.close();
    }

    /** TCP connections and UDP sessions. */
    private record Connections(Datapath datapath) implements ConnectionSource {
        @Override
        public int open() {
            return datapath.tcp().connections().open() + datapath.udp().sessionCount();
        }

        /** Half of what is shown is left to either protocol where both have more. */
        @Override
        public CompletableFuture<List<ConnectionView>> snapshot(int limit) {
            return datapath.tcp()
                    .connections()
                    .snapshot(limit)
                    .thenCombine(datapath.udp().snapshot(limit), (tcp, udp) -> both(tcp, udp, limit));
        }

        private static List<ConnectionView> both(List<ConnectionView> tcp, List<ConnectionView> udp, int limit) {
            int ofTcp = Math.min(tcp.size(), Math.max(limit - limit / 2, limit - udp.size()));
            return Stream.concat(tcp.stream().limit(ofTcp), udp.stream())
                    .limit(limit)
                    .toList();
        }
    }
}
