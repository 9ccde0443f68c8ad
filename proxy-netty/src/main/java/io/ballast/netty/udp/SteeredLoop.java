package io.ballast.netty.udp;

import io.ballast.core.model.AddressPort;
import io.ballast.core.model.Frontend;
import io.ballast.core.model.Protocol;
import io.ballast.netty.handover.SessionHandOver;
import io.ballast.netty.linux.datagram.RawSocket;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** All frontends of one family behind one socket, on its event loop. Confined to the event loop. */
final class SteeredLoop {
    private final int member;
    private final UdpLoop loop;
    private final EpollUdpLoop home;
    private final RawSocket replies;
    private final Map<AddressPort, UdpFrontend> frontends = new HashMap<>();

    /** @param member which of the group's sockets it is */
    SteeredLoop(int member, UdpLoop loop, EpollUdpLoop home, RawSocket replies) {
        this.member = member;
        this.loop = loop;
        this.home = home;
        this.replies = replies;
    }

    /** Whose datagram lies in a slot; null when it came for what is not served any more. */
    @Nullable
    UdpFrontend frontendOf(int slot) {
        AddressPort destination = home.requests().slots().destination(slot);
        if (destination == null) {
            return null;
        }
        return frontendAt(destination);
    }

    private @Nullable UdpFrontend frontendAt(AddressPort destination) {
        UdpFrontend known = frontends.get(destination);
        return known == null ? frontend(destination) : known;
    }

    /** Goes on with a session of an earlier process, which is closed where that cannot be. */
    void resume(SessionHandOver session) {
        UdpFrontend served = frontendAt(session.frontend().addressPort());
        if (served == null) {
            session.close();
        } else {
            served.resume(session);
        }
    }

    private @Nullable UdpFrontend frontend(AddressPort destination) {
        Frontend frontend = new Frontend(Protocol.UDP, destination.address(), destination.port());
        if (loop.router().table().find(frontend) == null) {
            return null;
        }
        UdpFrontend served =
                new UdpFrontend(frontend, member, loop, new EpollReplyPath(home, destination, replies.number(), true));
        frontends.put(destination, served);
        return served;
    }

    void end(Frontend frontend) {
        UdpFrontend served = frontends.remove(frontend.addressPort());
        if (served != null) {
            served.endSessions();
        }
    }

    /** The socket that all came through is closed. */
    void endAll() {
        List.copyOf(frontends.values()).forEach(UdpFrontend::endSessions);
        frontends.clear();
        home.replies().flush();
        replies.close();
    }
}
