package io.ballast.netty.tcp;

import io.ballast.core.model.IpFamily;
import io.ballast.netty.linux.IngressInterface;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.unix.UnixChannel;
import java.io.IOException;
import java.io.UncheckedIOException;

/** A child of a listening channel, not registered yet. */
record ChannelAcceptedSocket(ChannelConnector home, SocketChannel channel) implements AcceptedSocket {
    @Override
    public Leg open(TcpConnection connection) {
        try {
            return home.register(channel, connection, Side.DOWNSTREAM);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The JDK's sockets do not give their descriptors away. */
    @Override
    public int ingress(IpFamily family) {
        return channel instanceof UnixChannel unix
                ? IngressInterface.indexOf(unix.fd().intValue(), family)
                : 0;
    }

    @Override
    public void reset() {
        ChannelLeg.resetOnClose(channel);
        channel.unsafe().closeForcibly();
    }
}
