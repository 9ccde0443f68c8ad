package io.ballast.netty.tcp;

import io.ballast.core.model.AddressPort;
import io.ballast.core.model.Frontend;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** What there is to tell of one connection: whose it is, since when, how much it carried. Confined to its event loop. */
final class ConnectionFacts {
    private final long id;
    private final Frontend frontend;
    private final AddressPort client;
    private final long openedMillis = System.currentTimeMillis();
    private long bytesToEndpoint;
    private long bytesToClient;

    ConnectionFacts(long id, Frontend frontend, AddressPort client) {
        this.id = id;
        this.frontend = frontend;
        this.client = client;
    }

    Frontend frontend() {
        return frontend;
    }

    AddressPort client() {
        return client;
    }

    /** That many bytes were read on a side. */
    void transferred(Side from, int count) {
        if (from == Side.DOWNSTREAM) {
            bytesToEndpoint += count;
        } else {
            bytesToClient += count;
        }
    }

    /** How long it has been open. */
    Duration age() {
        return Duration.ofMillis(System.currentTimeMillis() - openedMillis);
    }

    /** @param source the local address towards the endpoint, null while there is none */
    ConnectionView view(Target target, @Nullable AddressPort source, ConnectionState state) {
        return new ConnectionView(
                id,
                target.route().servicePort().name(),
                client,
                frontend,
                target.endpoint(),
                source,
                bytesToEndpoint,
                bytesToClient,
                Instant.ofEpochMilli(openedMillis),
                state.label());
    }
}
