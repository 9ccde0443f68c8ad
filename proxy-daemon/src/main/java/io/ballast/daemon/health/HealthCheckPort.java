package io.ballast.daemon.health;

import io.ballast.core.health.ServiceHealth.Report;
import io.ballast.daemon.http.HttpCall;
import io.ballast.daemon.http.HttpLimits;
import io.ballast.daemon.http.HttpLoop;
import io.ballast.daemon.http.HttpReply;
import io.ballast.daemon.http.HttpSocket;
import io.ballast.daemon.http.Json;
import io.ballast.daemon.http.Responder;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The health check port of one Service: 200 while it has ready endpoints on this node. Opened and closed on the sync
 * thread, answers on the loop.
 */
final class HealthCheckPort implements Responder, AutoCloseable {
    private final Supplier<Optional<Report>> report;
    private final List<HttpSocket> sockets = new ArrayList<>();

    /**
     * @param report what to answer now; empty when the port is just being closed
     */
    HealthCheckPort(Supplier<Optional<Report>> report) {
        this.report = report;
    }

    /** Listens on all of the addresses or, when that fails, on none. */
    void listen(HttpLoop loop, List<InetAddress> addresses, int port) throws IOException {
        try {
            for (InetAddress address : addresses) {
                sockets.add(HttpSocket.open(loop, new InetSocketAddress(address, port), HttpLimits.PROBES, this));
            }
        } catch (IOException e) {
            close();
            throw e;
        }
    }

    @Override
    public void close() {
        sockets.forEach(HttpSocket::close);
        sockets.clear();
    }

    /** Any path and any method, as upstream. */
    @Override
    public HttpReply answer(HttpCall call) {
        return report.get().map(HealthCheckPort::reply).orElseGet(HttpReply::notFound);
    }

    private static HttpReply reply(Report report) {
        return HttpReply.of(report.status(), HttpReply.JSON, body(report))
                .with("X-Load-Balancing-Endpoint-Weight", Integer.toString(report.localEndpoints()));
    }

    /** Upstream's template, tabs and all, without a line feed at the end. */
    private static String body(Report report) {
        String namespace = Json.quoted(report.service().namespace());
        String name = Json.quoted(report.service().name());
        return """
                {
                	"service": {
                		"namespace": %s,
                		"name": %s
                	},
                	"localEndpoints": %d,
                	"serviceProxyHealthy": %s
                }""".formatted(namespace, name, report.localEndpoints(), report.serviceProxyHealthy());
    }
}
