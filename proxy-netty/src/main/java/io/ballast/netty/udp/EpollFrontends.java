package io.ballast.netty.udp;

import io.ballast.core.model.Frontend;
import io.ballast.netty.intercept.FrontendSockets.OpenSocket;
import io.netty.channel.epoll.LinuxSocket;
import java.io.IOException;

/** Frontends' sockets driven by hand on epoll event loops. <em>Immutable.</em> */
record EpollFrontends(UdpSettings settings) implements FrontendOpener {
    @Override
    public OpenSocket open(Frontend frontend, UdpLoop loop, boolean transparent) throws IOException {
        EpollUdpLoop home = (EpollUdpLoop) loop.connector();
        EpollUdpListener listener = LoopCalls.call(loop.loop(), () -> {
            LinuxSocket socket =
                    EpollUdpSockets.bound(frontend.addressPort(), transparent, settings.receiveBufferBytes());
            ReplyPath replies = new EpollReplyPath(home, frontend.addressPort(), socket.intValue(), false);
            UdpFrontend served = new UdpFrontend(frontend, loop, replies);
            EpollUdpListener opened = new EpollUdpListener(home, socket, slot -> served, served::endSessions);
            opened.register();
            return opened;
        });
        return new Opened(loop, listener);
    }

    private record Opened(UdpLoop loop, EpollUdpListener listener) implements OpenSocket {
        @Override
        public int descriptor() {
            return listener.descriptor();
        }

        @Override
        public void close() {
            LoopCalls.run(loop.loop(), listener::close);
        }
    }
}
