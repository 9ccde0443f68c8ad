package io.ballast.netty.tcp;

import io.netty.channel.socket.SocketChannel;
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

    @Override
    public void reset() {
        ChannelLeg.resetOnClose(channel);
        channel.unsafe().closeForcibly();
    }
}
