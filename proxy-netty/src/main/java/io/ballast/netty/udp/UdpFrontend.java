package io.ballast.netty.udp;

import io.ballast.core.model.AddressPort;
import io.ballast.core.model.CloseReason;
import io.ballast.core.model.Frontend;
import io.ballast.core.model.RefuseReason;
import io.ballast.core.model.ServicePortName;
import io.ballast.core.routing.Decision;
import io.ballast.core.routing.FrontendRoute;
import io.ballast.core.routing.RoutingTable;
import io.ballast.netty.handover.SessionHandOver;
import io.netty.buffer.ByteBuf;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One frontend on one event loop, with the sessions of its clients. <em>Confined to the event loop.</em> */
final class UdpFrontend {
    private static final Logger log = LoggerFactory.getLogger(UdpFrontend.class);

    private final Frontend frontend;
    private final int member;
    private final UdpLoop loop;
    private final ReplyPath replies;
    private final Map<AddressPort, UdpSession> sessions = new HashMap<>();
    /** Sessions of clients with link-local addresses, by interface. */
    private final Map<Integer, Map<AddressPort, UdpSession>> scoped = new HashMap<>();

    private RoutingTable seen = RoutingTable.EMPTY;
    private @Nullable ServicePortName owner;

    /** @param member which socket hears its clients, as in {@link SessionHandOver#member} */
    UdpFrontend(Frontend frontend, int member, UdpLoop loop, ReplyPath replies) {
        this.frontend = frontend;
        this.member = member;
        this.loop = loop;
        this.replies = replies;
    }

    Frontend frontend() {
        return frontend;
    }

    int member() {
        return member;
    }

    /**
     * Passes datagrams of one client on. The memory stays the caller's, who keeps it as it is until the session is
     * flushed.
     *
     * @param ingress the interface that they came in through, 0 when unknown
     * @param segment bytes of each but the last; as many as there are when it is one
     * @return who took it, null when the client is turned away
     */
    @Nullable
    UdpSession receive(AddressPort client, int ingress, ByteBuf datagrams, int segment) {
        followOwner();
        int scope = scope(client, ingress);
        UdpSession session = sessions(scope).get(client);
        if (session == null) {
            session = admit(client, scope, ingress);
        }
        if (session != null) {
            session.toEndpoint(datagrams, segment);
        }
        return session;
    }

    /** Link-local addresses of IPv6 may be another host's behind each interface. */
    private static int scope(AddressPort client, int ingress) {
        return client.address().needsZone() ? ingress : 0;
    }

    private Map<AddressPort, UdpSession> sessions(int scope) {
        return scope == 0 ? sessions : scoped.computeIfAbsent(scope, first -> new HashMap<>());
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
    private @Nullable UdpSession admit(AddressPort client, int scope, int ingress) {
        Decision decision = loop.router().decide(frontend, client, ingress, Set.of());
        if (decision instanceof Decision.Forward forward) {
            UdpSession session = enter(client, scope, forward);
            session.open();
            return session.isOpen() ? session : null;
        }
        if (decision instanceof Decision.Refuse) {
            replies.to(client, scope).unreachable();
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

    private UdpSession enter(AddressPort client, int scope, Decision.Forward forward) {
        SessionFacts facts = SessionFacts.of(frontend, client, scope, forward);
        UdpSession session = new UdpSession(this, replies.to(client, scope), facts, loop);
        sessions(scope).put(client, session);
        loop.live().opened(frontend);
        loop.sessions().add(session);
        return session;
    }

    /** Goes on with a session of an earlier process, unless its endpoint serves no more or the client has begun anew. */
    void resume(SessionHandOver handedOver) {
        followOwner();
        AddressPort client = handedOver.client();
        Optional<Decision.Forward> forward = sessions(handedOver.scope()).containsKey(client)
                ? Optional.empty()
                : loop.router().resume(frontend, client, handedOver.endpoint());
        if (forward.isPresent()) {
            enter(client, handedOver.scope(), forward.get()).resume(handedOver);
        } else {
            handedOver.close();
        }
    }

    void used(UdpSession session) {
        loop.sessions().touch(session);
    }

    void closed(UdpSession session) {
        sessions(session.facts().scope()).remove(session.facts().client(), session);
        loop.live().closed(frontend);
        loop.sessions().remove(session);
    }

    /** For the frontend's end. */
    void endSessions() {
        List.copyOf(sessions.values()).forEach(UdpFrontend::end);
        scoped.values().forEach(each -> List.copyOf(each.values()).forEach(UdpFrontend::end));
        scoped.clear();
    }

    private static void end(UdpSession session) {
        session.close(CloseReason.REPINNED);
    }
}
