package io.ballast.netty.tcp;

import io.ballast.core.model.IpFamily;
import io.ballast.netty.linux.IngressInterface;
import io.netty.channel.epoll.LinuxSocket;
import java.io.IOException;
import java.io.UncheckedIOException;

/** A descriptor fresh from accept(2). */
record EpollAcceptedSocket(EpollLoop home, LinuxSocket socket) implements AcceptedSocket {
    @Override
    public Leg open(TcpConnection connection) {
        try {
            return EpollLeg.downstream(home, connection, socket);
        } catch (RuntimeException e) {
            reset();
            throw e;
        }
    }

    @Override
    public int ingress(IpFamily family) {
        return IngressInterface.indexOf(socket.intValue(), family);
    }

    @Override
    public void reset() {
        EpollLeg.resetOnClose(socket);
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
