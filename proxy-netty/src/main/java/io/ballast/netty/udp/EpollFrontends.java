package io.ballast.netty.udp;

import io.ballast.core.model.AddressPort;
import io.ballast.core.model.Frontend;
import io.ballast.netty.handover.InheritedSockets;
import io.ballast.netty.handover.SessionHandOver;
import io.ballast.netty.handover.SocketKey;
import io.netty.channel.epoll.LinuxSocket;
import java.io.IOException;

/** Frontends' sockets driven by hand on epoll event loops. <em>Immutable.</em> */
record EpollFrontends(UdpSettings settings, InheritedSockets inherited) implements FrontendOpener {
    @Override
    public BoundFrontend open(Frontend frontend, UdpLoop loop, boolean transparent) throws IOException {
        int[] handedOver = inherited.take(SocketKey.Use.UDP, frontend.addressPort());
        return LoopCalls.call(loop.loop(), () -> {
            boolean fresh = handedOver.length == 0;
            LinuxSocket socket = fresh
                    ? bound(frontend.addressPort(), loop, transparent)
                    : EpollUdpSockets.inherited(
                            handedOver[0],
                            frontend.address().isIpv4(),
                            transparent,
                            loop.router().asksForIngress());
            Opened opened = Opened.of(frontend, loop, socket);
            if (fresh) {
                opened.listener().start();
            }
            return opened;
        });
    }

    private LinuxSocket bound(AddressPort address, UdpLoop loop, boolean transparent) throws IOException {
        return EpollUdpSockets.bound(
                address, transparent, loop.router().asksForIngress(), settings.receiveBufferBytes());
    }

    private record Opened(UdpLoop loop, UdpFrontend served, EpollUdpListener listener) implements BoundFrontend {
        static Opened of(Frontend frontend, UdpLoop loop, LinuxSocket socket) {
            EpollUdpLoop home = (EpollUdpLoop) loop.connector();
            ReplyPath replies = new EpollReplyPath(home, frontend.addressPort(), socket.intValue(), false);
            UdpFrontend served = new UdpFrontend(frontend, SessionHandOver.BOUND, loop, replies);
            return new Opened(loop, served, new EpollUdpListener(home, socket, slot -> served, served::endSessions));
        }

        @Override
        public int descriptor() {
            return listener.descriptor();
        }

        @Override
        public void resume(SessionHandOver session) {
            loop.loop().execute(() -> served.resume(session));
        }

        @Override
        public void close() {
            LoopCalls.run(loop.loop(), listener::close);
        }
    }
}
