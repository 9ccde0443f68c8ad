package io.ballast.netty.tcp;

import io.ballast.core.model.AddressPort;
import io.ballast.core.model.Frontend;
import io.ballast.core.model.ProxyProtocol;
import io.ballast.core.model.ServiceOptions;
import io.ballast.core.model.ServicePortName;
import io.ballast.core.stats.ServicePortStats;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What there is to tell of one connection: whose it is, since when, how much it carried. Confined to its event loop. */
final class ConnectionFacts {
    private static final Logger LOG = LoggerFactory.getLogger(ConnectionFacts.class);

    private final long id;
    private final Frontend frontend;
    private final AddressPort client;
    private final long openedMillis = System.currentTimeMillis();
    private final long openedNanos;
    private long bytesToEndpoint;
    private long bytesToClient;

    /** @param nanos now, by the ticker */
    ConnectionFacts(long id, Frontend frontend, AddressPort client, long nanos) {
        this.id = id;
        this.frontend = frontend;
        this.client = client;
        this.openedNanos = nanos;
    }

    Frontend frontend() {
        return frontend;
    }

    /** What tells the endpoint of the client, null where it is not told. */
    byte @Nullable [] proxyHeader(ServiceOptions options) {
        ProxyProtocol version = options.proxyProtocol();
        return version == null ? null : ProxyHeader.encode(version, client, frontend.addressPort());
    }

    /** That many bytes were read on a side. */
    void transferred(Side from, int count) {
        if (from == Side.DOWNSTREAM) {
            bytesToEndpoint += count;
        } else {
            bytesToClient += count;
        }
    }

    /** To be called when something of the endpoint's has come. */
    void tellWhoSpokeFirst(ServicePortStats stats) {
        if (bytesToEndpoint == 0) {
            stats.endpointSpokeFirst();
        } else {
            stats.clientSpokeFirst();
        }
    }

    void tellReset(Side by, Exception cause) {
        LOG.atTrace()
                .addKeyValue("client", client)
                .addKeyValue("side", by)
                .addKeyValue("cause", cause.toString())
                .log("Connection reset");
    }

    /** Of our own mistake. */
    void tellDropped(ServicePortName service, Throwable cause) {
        LOG.atError()
                .addKeyValue("service", service)
                .addKeyValue("client", client)
                .setCause(cause)
                .log("Connection dropped after an internal error");
    }

    /** Of another mistake, while the connection was dropped because of the first. */
    void tellLost(Throwable cause) {
        LOG.atError().addKeyValue("client", client).setCause(cause).log("Connection lost after an internal error");
    }

    /**
     * How long it has been open, also where the wall clock was set meanwhile.
     *
     * @param nanos now, by the ticker
     */
    Duration age(long nanos) {
        return Duration.ofNanos(nanos - openedNanos);
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
