package io.ballast.daemon.connectionlog;

import io.ballast.core.model.AddressPort;
import io.ballast.core.model.CloseReason;
import io.ballast.daemon.http.Json;
import io.ballast.netty.tcp.ConnectionView;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A connection and how it ended. <em>Immutable.</em> */
record ClosedConnection(ConnectionView connection, CloseReason reason, Duration duration) {
    /** One line without its end. */
    String toJson() {
        StringBuilder line = new StringBuilder(400);
        @Nullable AddressPort source = connection.source();
        Json json = new Json(line)
                .beginObject()
                .field("openedAt", connection.openedAt().toString())
                .field("durationMillis", duration.toMillis())
                .field("reason", reason.label())
                .field("namespace", connection.servicePort().service().namespace())
                .field("service", connection.servicePort().service().name())
                .field("port", connection.servicePort().port())
                .field("protocol", connection.servicePort().protocol().name())
                .field("client", connection.client().toString())
                .field("frontend", connection.frontend().addressPort().toString())
                .field("endpoint", connection.endpoint().toString())
                .field("source", source == null ? "" : source.toString())
                .field("bytesToEndpoint", connection.bytesToEndpoint())
                .field("bytesToClient", connection.bytesToClient())
                .field("id", connection.id());
        json.endObject();
        return line.toString();
    }
}
