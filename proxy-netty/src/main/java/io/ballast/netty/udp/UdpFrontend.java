package io.ballast.netty.udp;

import io.ballast.core.model.AddressPort;
import io.ballast.core.model.CloseReason;
import io.ballast.core.model.Frontend;
import io.ballast.core.model.RefuseReason;
import io.ballast.core.model.ServicePortName;
import io.ballast.core.routing.Decision;
import io.ballast.core.routing.FrontendRoute;
import io.ballast.core.routing.RoutingTable;
import io.netty.buffer.ByteBuf;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One frontend on one event loop, with the sessions of its clients. <em>Confined to the event loop.</em> */
final class UdpFrontend {
    private static final Logger log = LoggerFactory.getLogger(UdpFrontend.class);

    private final Frontend frontend;
    private final UdpLoop loop;
    private final ReplyPath replies;
    private final Map<AddressPort, UdpSession> sessions = new HashMap<>();
    private RoutingTable seen = RoutingTable.EMPTY;
    private @Nullable ServicePortName owner;

    UdpFrontend(Frontend frontend, UdpLoop loop, ReplyPath replies) {
        this.frontend = frontend;
        this.loop = loop;
        this.replies = replies;
    }

    Frontend frontend() {
        return frontend;
    }

    /**
     * Passes a datagram on. It stays the caller's, who keeps it as it is until the session is flushed.
     *
     * @return who took it, null when the client is turned away
     */
    @Nullable
    UdpSession receive(AddressPort client, ByteBuf datagram) {
        followOwner();
        UdpSession session = sessions.get(client);
        if (session == null) {
            session = admit(client);
        }
        if (session != null) {
            session.toEndpoint(datagram);
        }
        return session;
    }

    /**
     * Ends all sessions when the frontend has become another Service port's, which may have happened without any
     * change to the former one's endpoints. Costs a look at each table once.
     */
    private void followOwner() {
        RoutingTable table = loop.router().table();
        if (table == seen) {
            return;
        }
        seen = table;
        FrontendRoute found = table.find(frontend);
        ServicePortName now = found == null ? null : found.route().servicePort().name();
        if (owner != null && !owner.equals(now)) {
            endSessions();
        }
        owner = now;
    }

    /** A session for a new client, null when it is turned away. */
    private @Nullable UdpSession admit(AddressPort client) {
        Decision decision = loop.router().decide(frontend, client, Set.of());
        if (decision instanceof Decision.Forward forward) {
            return open(client, forward);
        }
        if (decision instanceof Decision.Refuse) {
            replies.to(client).unreachable();
        }
        RefuseReason reason =
                decision instanceof Decision.Refuse refuse ? refuse.reason() : ((Decision.Drop) decision).reason();
        FrontendRoute found = loop.router().table().find(frontend);
        if (found != null) {
            found.route().stats().refused(reason);
        }
        log.atTrace()
                .addKeyValue("frontend", frontend)
                .addKeyValue("client", client)
                .addKeyValue("reason", reason.label())
                .log("Datagram turned away");
        return null;
    }

    private @Nullable UdpSession open(AddressPort client, Decision.Forward forward) {
        UdpSession session = new UdpSession(this, replies.to(client), client, forward, loop);
        sessions.put(client, session);
        loop.live().opened(frontend);
        loop.sessions().add(session);
        session.open();
        return session.isOpen() ? session : null;
    }

    void used(UdpSession session) {
        loop.sessions().touch(session);
    }

    void closed(UdpSession session) {
        sessions.remove(session.client(), session);
        loop.live().closed(frontend);
        loop.sessions().remove(session);
    }

    /** For the frontend's end. */
    void endSessions() {
        List.copyOf(sessions.values()).forEach(session -> session.close(CloseReason.REPINNED));
    }
}
