package io.ballast.daemon.admin;

import io.ballast.core.model.ConnectFailure;
import io.ballast.core.model.Endpoint;
import io.ballast.core.model.RefuseReason;
import io.ballast.core.routing.Route;
import io.ballast.core.stats.Direction;
import io.ballast.core.stats.ServicePortStats;
import io.ballast.daemon.admin.ServiceEntry.PortEntry;
import io.ballast.daemon.http.Json;
import java.util.List;

/** Sums over all Services at an instant, for the top of the status page. Confined to the admin loop. */
final class Totals {
    private long ports;
    private long connectionsActive;
    private long connectionsOpened;
    private long sessionsActive;
    private long sessionsOpened;
    private long bytesToEndpoint;
    private long bytesToClient;
    private long refused;
    private long connectFailures;
    private long connectRetries;
    private long endpointsReady;
    private long endpointsTerminating;
    private long portsWithoutEndpoints;

    static Totals of(List<ServiceEntry> services) {
        Totals totals = new Totals();
        services.forEach(service -> service.ports().forEach(totals::add));
        return totals;
    }

    private void add(PortEntry port) {
        ports++;
        portsWithoutEndpoints += port.hasEndpoints() ? 0 : 1;
        port.routes().forEach(this::addEndpoints);
        ServicePortStats stats = port.stats();
        connectionsActive += stats.connectionsActive();
        connectionsOpened += stats.connectionsOpened();
        sessionsActive += stats.sessionsActive();
        sessionsOpened += stats.sessionsOpened();
        bytesToEndpoint += stats.bytes(Direction.TO_ENDPOINT);
        bytesToClient += stats.bytes(Direction.TO_CLIENT);
        connectRetries += stats.connectRetries();
        for (RefuseReason reason : RefuseReason.values()) {
            refused += stats.refusals(reason);
        }
        for (ConnectFailure reason : ConnectFailure.values()) {
            connectFailures += stats.connectFailures(reason);
        }
    }

    private void addEndpoints(Route route) {
        for (Endpoint endpoint : route.endpoints().reachable()) {
            if (endpoint.ready()) {
                endpointsReady++;
            } else {
                endpointsTerminating++;
            }
        }
    }

    void write(Json json) {
        json.beginObject();
        json.field("ports", ports).field("portsWithoutEndpoints", portsWithoutEndpoints);
        json.field("endpointsReady", endpointsReady).field("endpointsTerminating", endpointsTerminating);
        json.field("connectionsActive", connectionsActive).field("connectionsOpened", connectionsOpened);
        json.field("sessionsActive", sessionsActive).field("sessionsOpened", sessionsOpened);
        json.field("bytesToEndpoint", bytesToEndpoint).field("bytesToClient", bytesToClient);
        json.field("refused", refused).field("connectFailures", connectFailures);
        json.field("connectRetries", connectRetries).endObject();
    }
}
