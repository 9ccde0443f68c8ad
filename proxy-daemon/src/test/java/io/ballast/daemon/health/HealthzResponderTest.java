package io.ballast.daemon.health;

import static org.assertj.core.api.Assertions.assertThat;

import io.ballast.core.health.ProxyHealth.FamilyReport;
import io.ballast.core.health.ProxyHealth.Report;
import io.ballast.core.model.IpFamily;
import io.ballast.daemon.http.HttpLimits;
import io.ballast.daemon.http.HttpListener;
import io.ballast.daemon.http.HttpLoop;
import io.ballast.daemon.http.HttpServerSpec;
import io.ballast.daemon.testing.RawHttp;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The expected bytes are those of kube-proxy 1.36 with the same state and clock. */
class HealthzResponderTest {
    private static final Instant NOW = Instant.parse("2026-11-20T10:00:30.120450000Z");
    private static final Instant EARLIER = Instant.parse("2026-11-20T10:00:05Z");

    private final HttpLoop loop = new HttpLoop("probes", 64);
    private final List<Integer> healthzCodes = new ArrayList<>();
    private final List<Integer> livezCodes = new ArrayList<>();
    private volatile Report report = healthy(true);
    private volatile Readiness readiness = Readiness.READY;
    private InetSocketAddress server = new InetSocketAddress(0);

    @BeforeEach
    void start() {
        server = serve(ZoneOffset.UTC);
    }

    private InetSocketAddress serve(ZoneId zone) {
        HealthzResponder responder =
                new HealthzResponder(() -> report, () -> readiness, healthzCodes::add, livezCodes::add, zone);
        HttpServerSpec spec = new HttpServerSpec(
                "proxy healthz",
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                HttpLimits.PROBES,
                false,
                Duration.ofSeconds(5),
                false);
        HttpListener listener = new HttpListener(loop, spec, responder, (address, isFinal, message) -> {});
        listener.start();
        return listener.bound().orTimeout(30, TimeUnit.SECONDS).join();
    }

    @AfterEach
    void stop() {
        loop.close();
    }

    private static Report healthy(boolean eligible) {
        return new Report(
                NOW,
                NOW,
                true,
                eligible,
                Map.of(
                        IpFamily.IPV6, new FamilyReport(EARLIER.minusSeconds(1), true),
                        IpFamily.IPV4, new FamilyReport(EARLIER, true)));
    }

    private static Report staleIpv4() {
        return new Report(
                EARLIER,
                NOW,
                false,
                true,
                Map.of(
                        IpFamily.IPV4, new FamilyReport(EARLIER.minusNanos(1_500_000), false),
                        IpFamily.IPV6, new FamilyReport(EARLIER, true)));
    }

    @Test
    void healthyAndEligible() {
        String answer = RawHttp.get(server, "/healthz");

        String body = "{\"lastUpdated\":\"2026-11-20T10:00:30.12045Z\",\"currentTime\":\"2026-11-20T10:00:30.12045Z\","
                + "\"nodeEligible\":true,\"healthy\":true,\"status\":{"
                + "\"IPv4\":{\"lastUpdated\":\"2026-11-20T10:00:05Z\",\"healthy\":true},"
                + "\"IPv6\":{\"lastUpdated\":\"2026-11-20T10:00:04Z\",\"healthy\":true}}}";
        assertThat(RawHttp.head(answer)).isEqualTo("""
                HTTP/1.1 200 OK\r
                Content-Type: application/json\r
                X-Content-Type-Options: nosniff\r
                Date: now\r
                Content-Length: %d\r
                Connection: close\r
                \r
                """.formatted(body.length()));
        assertThat(RawHttp.body(answer)).isEqualTo(body);
        assertThat(healthzCodes).containsExactly(200);
    }

    @Test
    void ineligibleNodeIsUnavailableThoughHealthy() {
        report = healthy(false);

        String answer = RawHttp.get(server, "/healthz");

        assertThat(answer).startsWith("HTTP/1.1 503 Service Unavailable\r\n");
        assertThat(RawHttp.body(answer))
                .isEqualTo("{\"lastUpdated\":\"2026-11-20T10:00:05Z\",\"currentTime\":\"2026-11-20T10:00:30.12045Z\","
                        + "\"nodeEligible\":false,\"healthy\":true,\"status\":{"
                        + "\"IPv4\":{\"lastUpdated\":\"2026-11-20T10:00:05Z\",\"healthy\":true},"
                        + "\"IPv6\":{\"lastUpdated\":\"2026-11-20T10:00:04Z\",\"healthy\":true}}}");
        assertThat(healthzCodes).containsExactly(503);
    }

    @Test
    void livezIgnoresTheNodeAndDoesNotMentionIt() {
        report = healthy(false);

        String answer = RawHttp.get(server, "/livez");

        assertThat(answer).startsWith("HTTP/1.1 200 OK\r\n");
        assertThat(RawHttp.body(answer))
                .isEqualTo("{\"lastUpdated\":\"2026-11-20T10:00:30.12045Z\","
                        + "\"currentTime\":\"2026-11-20T10:00:30.12045Z\",\"healthy\":true,\"status\":{"
                        + "\"IPv4\":{\"lastUpdated\":\"2026-11-20T10:00:05Z\",\"healthy\":true},"
                        + "\"IPv6\":{\"lastUpdated\":\"2026-11-20T10:00:04Z\",\"healthy\":true}}}");
        assertThat(livezCodes).containsExactly(200);
        assertThat(healthzCodes).isEmpty();
    }

    @Test
    void staleFamilyFailsBoth() {
        report = staleIpv4();

        assertThat(RawHttp.get(server, "/livez")).startsWith("HTTP/1.1 503 ");
        String answer = RawHttp.get(server, "/healthz");

        assertThat(answer).startsWith("HTTP/1.1 503 ");
        assertThat(RawHttp.body(answer))
                .isEqualTo("{\"lastUpdated\":\"2026-11-20T10:00:05Z\",\"currentTime\":\"2026-11-20T10:00:30.12045Z\","
                        + "\"nodeEligible\":true,\"healthy\":false,\"status\":{"
                        + "\"IPv4\":{\"lastUpdated\":\"2026-11-20T10:00:04.9985Z\",\"healthy\":false},"
                        + "\"IPv6\":{\"lastUpdated\":\"2026-11-20T10:00:05Z\",\"healthy\":true}}}");
        assertThat(livezCodes).containsExactly(503);
    }

    @Test
    void beforeTheFirstUpdateThereIsNoStatus() {
        report = new Report(NOW, NOW, true, false, Map.of());

        assertThat(RawHttp.body(RawHttp.get(server, "/healthz")))
                .isEqualTo("{\"lastUpdated\":\"0001-01-01T00:00:00Z\","
                        + "\"currentTime\":\"2026-11-20T10:00:30.12045Z\",\"nodeEligible\":false,\"healthy\":true}");
    }

    @Test
    void timesAreLocalAsInGo() {
        assertThat(RawHttp.body(RawHttp.get(serve(ZoneId.of("Asia/Kolkata")), "/livez")))
                .startsWith("{\"lastUpdated\":\"2026-11-20T15:30:30.12045+05:30\"");
    }

    @Test
    void anyMethodWillDo() {
        assertThat(RawHttp.send(
                        server, "POST /livez HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}"))
                .startsWith("HTTP/1.1 200 OK\r\n");
        assertThat(RawHttp.send(server, "HEAD /livez HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"))
                .startsWith("HTTP/1.1 200 OK\r\n")
                .endsWith("\r\n\r\n");
    }

    @Test
    void everythingElseIsNotFound() {
        for (String path : List.of("/", "/healthz/", "/metrics", "/healthz/x")) {
            assertThat(RawHttp.get(server, path)).startsWith("HTTP/1.1 404 ").endsWith("404 page not found\n");
        }
    }

    @Test
    void readyOnceServing() {
        readiness = Readiness.waitingFor("the first sync");
        assertThat(RawHttp.get(server, "/readyz"))
                .startsWith("HTTP/1.1 503 ")
                .endsWith("{\"ready\":false,\"reason\":\"the first sync\"}");

        readiness = Readiness.READY;

        assertThat(RawHttp.get(server, "/readyz"))
                .startsWith("HTTP/1.1 200 OK")
                .endsWith("{\"ready\":true,\"reason\":\"\"}");
    }
}
