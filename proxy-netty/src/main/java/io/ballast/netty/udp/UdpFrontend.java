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
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One frontend on one event loop, with the sessions of its clients. <em>Confined to the event loop.</em> */
final class UdpFrontend {
    private static final Logger log = LoggerFactory.getLogger(UdpFrontend.class);

    private final Frontend frontend;
    private final UdpLoop loop;
    private final Map<AddressPort, UdpSession> sessions = new HashMap<>();
    /** Sessions with datagrams that were written in this read loop and not flushed yet. */
    private final Deque<UdpSession> unflushed = new ArrayDeque<>();

    private @Nullable ReplyPath replies;
    private RoutingTable seen = RoutingTable.EMPTY;
    private @Nullable ServicePortName owner;

    UdpFrontend(Frontend frontend, UdpLoop loop) {
        this.frontend = frontend;
        this.loop = loop;
    }

    Frontend frontend() {
        return frontend;
    }

    /** To be called before the first datagram. */
    void answerThrough(ReplyPath path) {
        replies = path;
    }

    /** The datagram stays the caller's, who keeps it as it is until {@link #receiveComplete}. */
    void receive(AddressPort client, ByteBuf datagram) {
        followOwner();
        UdpSession session = sessions.get(client);
        if (session == null) {
            session = admit(client);
        }
        if (session != null) {
            session.toEndpoint(datagram);
            if (unflushed.peekLast() != session) {
                unflushed.addLast(session);
            }
        }
    }

    /** No more datagrams for now. */
    void receiveComplete() {
        // Taken out one by one: a session that finds its endpoint gone while it sends removes itself.
        for (UdpSession session = unflushed.poll(); session != null; session = unflushed.poll()) {
            session.flushToEndpoint();
        }
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
        if (replies == null) {
            throw new AssertionError("a frontend that cannot answer yet receives nothing");
        }
        UdpSession session = new UdpSession(this, replies.to(client), client, forward, loop);
        sessions.put(client, session);
        loop.sessions().add(session);
        session.open();
        return session.isOpen() ? session : null;
    }

    void used(UdpSession session) {
        loop.sessions().touch(session);
    }

    void closed(UdpSession session) {
        sessions.remove(session.client(), session);
        loop.sessions().remove(session);
    }

    /** For the frontend's end. */
    void endSessions() {
        forEach(session -> session.close(CloseReason.REPINNED));
    }

    private void forEach(Consumer<UdpSession> action) {
        List.copyOf(sessions.values()).forEach(action);
    }
}
