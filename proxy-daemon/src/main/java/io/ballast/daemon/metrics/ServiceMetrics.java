package io.ballast.daemon.metrics;

import io.ballast.core.model.NamespacedName;
import io.ballast.core.model.Protocol;
import io.ballast.core.model.ServicePort;
import io.ballast.core.routing.Route;
import io.ballast.core.routing.RoutingTable;
import io.ballast.core.scheduling.LoadBalancer.EndpointStatus;
import io.ballast.daemon.http.BodySource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;

/**
 * Traffic of every Service port in the table, read from the routes themselves. <em>Thread-safe</em>; each scrape is
 * confined to its thread and produces one port's series at a time, family by family.
 */
final class ServiceMetrics implements MetricSource {
    private final Supplier<RoutingTable> table;
    private final List<PortFamily> families = new ArrayList<>();

    ServiceMetrics(Supplier<RoutingTable> table, boolean perEndpoint) {
        this.table = table;
        add(MetricNames.OPENED, PortSeries::opened);
        add(MetricNames.ACTIVE, PortSeries::active);
        add(MetricNames.CLOSED, PortSeries::closed);
        add(MetricNames.BYTES, PortSeries::bytes);
        add(MetricNames.CONNECT_DURATION, PortSeries::connectDurations);
        add(MetricNames.CONNECT_FAILURES, PortSeries::connectFailures);
        add(MetricNames.CONNECT_RETRIES, PortSeries::connectRetries);
        add(MetricNames.REFUSED, PortSeries::refused);
        add(MetricNames.SESSIONS, PortSeries::sessions);
        add(MetricNames.DATAGRAMS, PortSeries::datagrams);
        add(MetricNames.ENDPOINTS, PortSeries::endpoints);
        if (perEndpoint) {
            addPerEndpoint(MetricNames.ENDPOINT_ACTIVE, EndpointStatus::active);
            addPerEndpoint(MetricNames.ENDPOINT_OPENED, EndpointStatus::opened);
            addPerEndpoint(MetricNames.ENDPOINT_FAILURES, EndpointStatus::failed);
            addPerEndpoint(MetricNames.ENDPOINT_WEIGHT, EndpointStatus::weight);
        }
    }

    private void add(MetricFamily family, BiConsumer<PortSeries, StringBuilder> samples) {
        families.add(new PortFamily(family, samples));
    }

    private void addPerEndpoint(MetricFamily family, ToLongFunction<EndpointStatus> value) {
        add(family, (port, out) -> port.perEndpoint(out, family, value));
    }

    @Override
    public BodySource read() {
        return new Sweep(ports(table.get()), families);
    }

    private static List<PortSeries> ports(RoutingTable table) {
        Map<SeriesKey, PortSeries> byKey = new HashMap<>();
        for (Route route : table.routes()) {
            byKey.computeIfAbsent(SeriesKey.of(route), key -> new PortSeries(route))
                    .add(route);
        }
        return new ArrayList<>(byKey.values());
    }

    /** What the labels tell apart. Files can hold two ports that differ in name only; no series may come twice. */
    private record SeriesKey(NamespacedName service, int port, Protocol protocol) {
        static SeriesKey of(Route route) {
            ServicePort port = route.servicePort();
            return new SeriesKey(port.name().service(), port.port(), port.name().protocol());
        }
    }

    private record PortFamily(MetricFamily family, BiConsumer<PortSeries, StringBuilder> samples) {}

    /** All ports for one family, then all for the next: the format wants a family's series together. */
    private static final class Sweep implements BodySource {
        private final List<PortSeries> ports;
        private final List<PortFamily> families;
        private int family;
        private int port;

        Sweep(List<PortSeries> ports, List<PortFamily> families) {
            this.ports = ports;
            this.families = families;
        }

        @Override
        public boolean appendNext(StringBuilder out) {
            if (family == families.size()) {
                return false;
            }
            PortFamily current = families.get(family);
            if (port == 0) {
                Exposition.header(out, current.family());
            }
            if (port < ports.size()) {
                current.samples().accept(ports.get(port), out);
                port++;
            }
            if (port >= ports.size()) {
                family++;
                port = 0;
            }
            return true;
        }
    }
}
