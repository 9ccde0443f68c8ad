package io.ballast.daemon.metrics;

import io.ballast.core.model.AddressPort;
import io.ballast.core.model.CloseReason;
import io.ballast.core.model.ConnectFailure;
import io.ballast.core.model.Endpoint;
import io.ballast.core.model.Protocol;
import io.ballast.core.model.RefuseReason;
import io.ballast.core.routing.Route;
import io.ballast.core.scheduling.LoadBalancer.EndpointStatus;
import io.ballast.core.stats.Direction;
import io.ballast.core.stats.DurationHistogram;
import io.ballast.core.stats.ServicePortStats;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.ToLongFunction;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/**
 * The series of one Service port, both address families together. Lives as long as one scrape, confined to its thread.
 */
final class PortSeries {
    private static final double[] CONNECT_BOUNDS = DurationHistogram.BOUNDS_SECONDS.stream()
            .mapToDouble(Double::doubleValue)
            .toArray();

    private static final String[] DIRECTIONS = Stream.of(Direction.values())
            .map(direction -> Exposition.label("direction", direction.label()))
            .toArray(String[]::new);
    private static final String READY = Exposition.label("state", "ready");
    private static final String TERMINATING = Exposition.label("state", "terminating");
    private static final String EJECTED = Exposition.label("state", "ejected");

    private final String labels;
    private final Protocol protocol;
    private final ServicePortStats stats;
    private final List<Route> routes = new ArrayList<>(2);

    PortSeries(Route first) {
        protocol = first.servicePort().name().protocol();
        stats = first.stats();
        labels = labels(first);
    }

    /** Keyed by number, which every Service port has, while its name may be empty. */
    private static String labels(Route route) {
        var service = route.servicePort().name().service();
        return Exposition.label("namespace", service.namespace()) + ","
                + Exposition.label("service", service.name()) + ","
                + Exposition.label("port", Integer.toString(route.servicePort().port())) + ","
                + Exposition.label(
                        "protocol", route.servicePort().name().protocol().name());
    }

    void add(Route route) {
        routes.add(route);
    }

    private boolean isUdp() {
        return protocol == Protocol.UDP;
    }

    void opened(StringBuilder out) {
        if (!isUdp()) {
            Exposition.sample(out, MetricNames.OPENED, labels, stats.connectionsOpened());
        }
    }

    void active(StringBuilder out) {
        if (!isUdp()) {
            Exposition.sample(out, MetricNames.ACTIVE, labels, stats.connectionsActive());
        }
    }

    void closed(StringBuilder out) {
        for (CloseReason reason : CloseReason.values()) {
            byReason(out, MetricNames.CLOSED, reason.label(), stats.connectionsClosed(reason));
        }
    }

    void bytes(StringBuilder out) {
        for (Direction direction : Direction.values()) {
            byDirection(out, MetricNames.BYTES, direction, stats.bytes(direction));
        }
    }

    void connectDurations(StringBuilder out) {
        long[] counts = stats.connectDurations().counts();
        if (LongStream.of(counts).anyMatch(count -> count > 0)) {
            double sum = stats.connectDurations().sumSeconds();
            Exposition.histogram(out, MetricNames.CONNECT_DURATION, labels, CONNECT_BOUNDS, counts, sum);
        }
    }

    void connectFailures(StringBuilder out) {
        for (ConnectFailure reason : ConnectFailure.values()) {
            byReason(out, MetricNames.CONNECT_FAILURES, reason.label(), stats.connectFailures(reason));
        }
    }

    void connectRetries(StringBuilder out) {
        if (!isUdp()) {
            Exposition.sample(out, MetricNames.CONNECT_RETRIES, labels, stats.connectRetries());
        }
    }

    void refused(StringBuilder out) {
        for (RefuseReason reason : RefuseReason.values()) {
            byReason(out, MetricNames.REFUSED, reason.label(), stats.refusals(reason));
        }
    }

    void sessions(StringBuilder out) {
        if (isUdp()) {
            Exposition.sample(out, MetricNames.SESSIONS, labels, stats.sessionsActive());
        }
    }

    void datagrams(StringBuilder out) {
        if (isUdp()) {
            for (Direction direction : Direction.values()) {
                byDirection(out, MetricNames.DATAGRAMS, direction, stats.datagrams(direction));
            }
        }
    }

    void endpoints(StringBuilder out) {
        long ready = 0;
        long terminating = 0;
        long ejected = 0;
        for (Route route : routes) {
            Set<AddressPort> aside = route.balancer().ejected();
            for (Endpoint endpoint : route.endpoints().reachable()) {
                if (aside.contains(endpoint.address())) {
                    ejected++;
                } else {
                    ready += endpoint.ready() ? 1 : 0;
                    terminating += !endpoint.ready() && endpoint.terminating() ? 1 : 0;
                }
            }
        }
        byState(out, READY, ready);
        byState(out, TERMINATING, terminating);
        byState(out, EJECTED, ejected);
    }

    private void byState(StringBuilder out, String state, long count) {
        Exposition.sample(out, MetricNames.ENDPOINTS, labels, state, count);
    }

    private void byDirection(StringBuilder out, MetricFamily family, Direction direction, long count) {
        Exposition.sample(out, family, labels, DIRECTIONS[direction.ordinal()], count);
    }

    /** A reason that never occurred makes no series: of thousands of Services few ever see most of them. */
    private void byReason(StringBuilder out, MetricFamily family, String reason, long count) {
        if (count > 0) {
            Exposition.sample(out, family, labels, Exposition.label("reason", reason), count);
        }
    }

    /** Only with {@code --endpoint-metrics}: as many series as there are endpoints. */
    void perEndpoint(StringBuilder out, MetricFamily family, ToLongFunction<EndpointStatus> value) {
        for (Route route : routes) {
            for (EndpointStatus status : route.balancer().status()) {
                String endpoint = Exposition.label("endpoint", status.address().toString());
                Exposition.sample(out, family, labels, endpoint, value.applyAsLong(status));
            }
        }
    }
}
