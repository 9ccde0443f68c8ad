package io.ballast.daemon.admin;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.ballast.core.model.Frontend;
import io.ballast.core.model.IpFamily;
import io.ballast.core.routing.MasqueradeRules;
import io.ballast.core.routing.Router;
import io.ballast.core.routing.RoutingTable;
import io.ballast.core.routing.Source;
import io.ballast.daemon.http.HttpLimits;
import io.ballast.daemon.http.HttpListener;
import io.ballast.daemon.http.HttpLoop;
import io.ballast.daemon.http.HttpServerSpec;
import io.ballast.daemon.metrics.Metrics;
import io.ballast.daemon.metrics.TableFacts;
import io.ballast.daemon.testing.RawHttp;
import io.ballast.netty.tcp.ConnectionView;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.time.InstantSource;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** An admin server over whatever a test puts into its model. */
final class AdminFixture implements AfterEachCallback, ConnectionSource {
    static final Instant NOW = Instant.parse("2026-11-20T10:00:00Z");

    final AtomicReference<RoutingTable> table = new AtomicReference<>(RoutingTable.EMPTY);
    final AtomicReference<Map<Frontend, String>> failures = new AtomicReference<>(Map.of());
    final List<ConnectionView> connections = new CopyOnWriteArrayList<>();
    private final ObjectMapper json = new ObjectMapper();
    private final HttpLoop loop = new HttpLoop("admin", 64);
    private final Router router = new Router(client -> Source.OUTSIDE, new MasqueradeRules(false, true));
    private final InetSocketAddress server;

    AdminFixture() {
        HttpServerSpec spec = new HttpServerSpec(
                "metrics server",
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                HttpLimits.ADMIN,
                true,
                HttpServerSpec.RETRY_INTERVAL,
                false);
        AdminResponder responder = new AdminResponder(model(), InstantSource.fixed(NOW));
        HttpListener listener = new HttpListener(loop, spec, responder, (address, isFinal, message) -> {});
        listener.start();
        server = listener.bound().orTimeout(30, TimeUnit.SECONDS).join();
    }

    private AdminModel model() {
        TableFacts facts = new TableFacts(
                table::get, () -> failures.get().size(), () -> 0, () -> Map.of("nftables", true), Map::of, Map::of);
        Metrics metrics = new Metrics(
                new PrometheusMeterRegistry(PrometheusConfig.DEFAULT),
                EnumSet.allOf(IpFamily.class),
                facts,
                Map.of("version", "1.2.3"),
                false);
        Map<String, Object> configz = new HashMap<>();
        configz.put("kubeproxy.config.k8s.io", Map.of("kind", "KubeProxyConfiguration"));
        configz.put("ballast.io", Map.of("kind", "BallastConfiguration"));
        return new AdminModel(
                table::get,
                failures::get,
                this,
                (frontend, client) -> {
                    router.publish(table.get());
                    return router.explain(frontend, client);
                },
                AdminFixture::status,
                configz,
                new TreeMap<>(Map.of("v", "2", "config", "/etc/ballast/config.conf")),
                metrics::scrape);
    }

    static DaemonStatus status() {
        return new DaemonStatus(
                "1.2.3",
                NOW.minusSeconds(3725),
                "node-1",
                "bind",
                "epoll",
                "rr",
                true,
                new DaemonStatus.SourceState("/etc/services", true, false, "it is gone", Map.of("services", 2)),
                List.of(
                        new DaemonStatus.FeatureState("nftables", true, "", "the guard"),
                        new DaemonStatus.FeatureState("sk-lookup", false, "CAP_BPF is missing", "many sockets")),
                List.of("sockets are bound one by one: CAP_BPF is missing"));
    }

    InetSocketAddress server() {
        return server;
    }

    String get(String path) {
        return RawHttp.get(server, path);
    }

    /** The body of a 200, put together again from its chunks. */
    String body(String path) {
        return RawHttp.body(RawHttp.send(server, "GET " + path + " HTTP/1.0\r\nHost: localhost\r\n\r\n"));
    }

    /** {@link #body} as a tree. */
    JsonNode json(String path) {
        try {
            return json.readTree(body(path));
        } catch (JsonProcessingException e) {
            throw new AssertionError(path + " is not JSON", e);
        }
    }

    @Override
    public int open() {
        return connections.size();
    }

    @Override
    public CompletableFuture<List<ConnectionView>> snapshot(int limit) {
        return CompletableFuture.supplyAsync(
                () -> connections.stream().limit(limit).toList());
    }

    @Override
    public void afterEach(ExtensionContext context) {
        loop.close();
    }
}
