package io.ballast.daemon.admin;

import io.ballast.daemon.http.BodySource;
import io.ballast.daemon.http.Json;
import io.ballast.netty.tcp.ConnectionView;
import java.time.Duration;
import java.time.Instant;
import java.util.Iterator;
import java.util.List;

/** {@code /api/connections}: one connection at a time. Confined to the admin loop. */
final class ConnectionsJson implements BodySource {
    private final Iterator<ConnectionView> rest;
    private final int total;
    private final Instant now;
    private boolean begun;
    private boolean ended;

    ConnectionsJson(List<ConnectionView> connections, int total, Instant now) {
        rest = connections.iterator();
        this.total = total;
        this.now = now;
    }

    @Override
    public boolean appendNext(StringBuilder out) {
        if (ended) {
            return false;
        }
        if (!rest.hasNext()) {
            out.append(begun ? "" : "{\"connections\":[");
            out.append("],\"total\":").append(total).append("}\n");
            ended = true;
            return true;
        }
        out.append(begun ? "," : "{\"connections\":[");
        begun = true;
        write(new Json(out), rest.next());
        return true;
    }

    private void write(Json json, ConnectionView connection) {
        json.beginObject();
        json.field("id", connection.id());
        json.field("service", connection.servicePort().service().toString());
        json.field("port", connection.servicePort().port());
        json.field("protocol", connection.servicePort().protocol().name());
        json.field("client", connection.client().toString());
        json.field("frontend", connection.frontend().addressPort().toString());
        json.field("endpoint", connection.endpoint().toString());
        json.field(
                "source", connection.source() == null ? "" : connection.source().toString());
        json.field("bytesToEndpoint", connection.bytesToEndpoint());
        json.field("bytesToClient", connection.bytesToClient());
        json.field("openedAt", connection.openedAt().toString());
        json.field(
                "ageSeconds",
                Math.max(0, Duration.between(connection.openedAt(), now).toSeconds()));
        json.field("state", connection.state()).endObject();
    }
}
