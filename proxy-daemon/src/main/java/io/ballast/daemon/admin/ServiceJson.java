package io.ballast.daemon.admin;

import io.ballast.core.model.AddressPort;
import io.ballast.core.model.ConnectFailure;
import io.ballast.core.model.Endpoint;
import io.ballast.core.model.Frontend;
import io.ballast.core.model.RefuseReason;
import io.ballast.core.model.ServicePort;
import io.ballast.core.routing.FrontendRoute;
import io.ballast.core.routing.Route;
import io.ballast.core.scheduling.LoadBalancer.EndpointStatus;
import io.ballast.core.stats.Direction;
import io.ballast.core.stats.ServicePortStats;
import io.ballast.daemon.admin.ServiceEntry.PortEntry;
import io.ballast.daemon.http.Json;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;

/** Writes one Service as JSON. The field names are a contract with the command line and with users. Immutable. */
record ServiceJson(Map<Frontend, String> failures) {

    void write(Json json, ServiceEntry service) {
        ServicePort facts = service.facts();
        json.beginObject();
        json.field("namespace", service.name().namespace())
                .field("name", service.name().name());
        json.field("type", facts.type().label());
        json.field("scheduler", facts.options().scheduler());
        json.field("affinity", facts.affinity().label());
        json.field("internalTrafficPolicy", facts.internalTrafficPolicy().label());
        json.field("externalTrafficPolicy", facts.externalTrafficPolicy().label());
        json.name("ports").beginArray();
        service.ports().forEach(port -> port(json, port));
        json.endArray().endObject();
    }

    private void port(Json json, PortEntry port) {
        ServicePort facts = port.facts();
        json.beginObject();
        json.field("name", facts.name().port());
        json.field("protocol", facts.name().protocol().name());
        json.field("port", facts.port()).field("nodePort", facts.nodePort());
        json.name("frontends").beginArray();
        port.frontends().forEach(frontend -> frontend(json, frontend));
        json.endArray();
        json.name("endpoints").beginArray();
        port.routes().forEach(route -> endpoints(json, route));
        json.endArray();
        json.field("connectionsActive", port.active()).field("connectionsOpened", port.opened());
        counters(json, port.stats());
        json.endObject();
    }

    private static void counters(Json json, ServicePortStats stats) {
        json.field("bytesToEndpoint", stats.bytes(Direction.TO_ENDPOINT));
        json.field("bytesToClient", stats.bytes(Direction.TO_CLIENT));
        json.field(
                "connectFailures",
                Stream.of(ConnectFailure.values())
                        .mapToLong(stats::connectFailures)
                        .sum());
        json.field("connectRetries", stats.connectRetries());
        json.field(
                "refused",
                Stream.of(RefuseReason.values()).mapToLong(stats::refusals).sum());
    }

    private void frontend(Json json, FrontendRoute frontend) {
        FrontendState state = FrontendState.of(frontend, failures.get(frontend.frontend()));
        json.beginObject();
        json.field("address", frontend.frontend().address().toString());
        json.field("port", frontend.frontend().port());
        json.field("kind", frontend.kind().label());
        json.field("state", state.word()).field("reason", state.reason());
        json.endObject();
    }

    private static void endpoints(Json json, Route route) {
        Map<AddressPort, EndpointStatus> status = new HashMap<>();
        route.balancer().status().forEach(each -> status.put(each.address(), each));
        for (Endpoint endpoint : route.endpoints().reachable()) {
            EndpointStatus load = status.getOrDefault(
                    endpoint.address(), new EndpointStatus(endpoint.address(), endpoint.weight(), 0, 0, 0, false));
            json.beginObject();
            json.field("address", endpoint.address().address().toString());
            json.field("port", endpoint.address().port());
            json.field("ready", endpoint.ready()).field("serving", endpoint.serving());
            json.field("terminating", endpoint.terminating()).field("local", endpoint.local());
            json.field("weight", load.weight()).field("active", load.active());
            json.field("opened", load.opened()).field("failed", load.failed());
            json.field("ejected", load.ejected());
            json.endObject();
        }
    }
}
