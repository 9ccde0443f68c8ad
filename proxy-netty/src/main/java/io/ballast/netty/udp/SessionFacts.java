package io.ballast.netty.udp;

import io.ballast.core.model.AddressPort;
import io.ballast.core.model.CloseReason;
import io.ballast.core.model.Frontend;
import io.ballast.core.model.IpFamily;
import io.ballast.core.model.ServicePortName;
import io.ballast.core.routing.Decision;
import io.ballast.netty.tcp.ConnectionView;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What there is to tell of one UDP session and stays as it is while the session lives. Immutable.
 *
 * @param scope the interface that the client's address belongs to, 0 for those that need none
 */
record SessionFacts(
        long id, Instant openedAt, Frontend frontend, AddressPort client, int scope, Decision.Forward forward) {
    private static final Logger log = LoggerFactory.getLogger(SessionFacts.class);

    /** Far from the numbers of TCP connections, and exact in JSON. */
    private static final AtomicLong NEXT_ID = new AtomicLong(1L << 48);

    /** Of a session that begins now. */
    static SessionFacts of(Frontend frontend, AddressPort client, int scope, Decision.Forward forward) {
        return new SessionFacts(NEXT_ID.getAndIncrement(), Instant.now(), frontend, client, scope, forward);
    }

    AddressPort endpoint() {
        return forward.lease().endpoint().address();
    }

    ServicePortName servicePortName() {
        return forward.servicePort().name();
    }

    IpFamily family() {
        return forward.servicePort().family();
    }

    long idleTimeoutNanos() {
        return forward.servicePort().options().udpIdleTimeout().toNanos();
    }

    /** @param source the local address towards the endpoint, null while there is none */
    ConnectionView view(@Nullable AddressPort source, long bytesToEndpoint, long bytesToClient) {
        return new ConnectionView(
                id,
                servicePortName(),
                client,
                frontend,
                endpoint(),
                source,
                bytesToEndpoint,
                bytesToClient,
                openedAt,
                source == null ? "connecting" : "relaying");
    }

    void tellNoSocket(Throwable cause) {
        log.atDebug().setCause(cause).addKeyValue("service", servicePortName()).log("No socket left for a UDP session");
    }

    void tellUnreachable(Throwable cause) {
        log.atTrace()
                .setCause(cause)
                .addKeyValue("service", servicePortName())
                .addKeyValue("endpoint", endpoint())
                .log("UDP endpoint cannot be reached");
    }

    void tellEnded(CloseReason reason) {
        log.atTrace()
                .addKeyValue("service", servicePortName())
                .addKeyValue("client", client)
                .addKeyValue("endpoint", endpoint())
                .addKeyValue("reason", reason.label())
                .log("UDP session ended");
    }
}
