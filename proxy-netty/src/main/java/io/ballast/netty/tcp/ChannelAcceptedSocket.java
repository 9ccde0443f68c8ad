package io.ballast.netty.tcp;

import io.ballast.core.model.IpFamily;
import io.ballast.netty.linux.IngressInterface;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.DuplexChannel;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.unix.UnixChannel;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A child of a listening channel, not registered yet. */
record ChannelAcceptedSocket(ChannelConnector home, SocketChannel channel) implements AcceptedSocket {
    private static final Logger LOG = LoggerFactory.getLogger(ChannelAcceptedSocket.class);

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
        resetOnClose(channel);
        channel.unsafe().closeForcibly();
    }

    /** Makes the close that follows send RST instead of FIN. */
    static void resetOnClose(DuplexChannel channel) {
        try {
            channel.config().setOption(ChannelOption.SO_LINGER, 0);
        } catch (ChannelException e) {
            LOG.atTrace()
                    .addKeyValue("channel", channel)
                    .addKeyValue("cause", e.toString())
                    .log("No RST possible");
        }
    }
}
