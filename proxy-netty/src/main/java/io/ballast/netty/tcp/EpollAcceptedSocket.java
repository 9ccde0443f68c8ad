package io.ballast.netty.tcp;

import io.ballast.core.model.IpFamily;
import io.ballast.netty.linux.IngressInterface;

/** A descriptor fresh from accept(2). */
record EpollAcceptedSocket(EpollLoop home, EpollSocket socket) implements AcceptedSocket {
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
        socket.resetOnClose();
        socket.closeQuietly();
    }
}
