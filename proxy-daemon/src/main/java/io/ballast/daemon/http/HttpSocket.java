package io.ballast.daemon.http;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import java.io.IOException;
import java.net.InetSocketAddress;

/** One listening socket of one address family, opened here and now. <em>Thread-safe</em>, but not on the loop itself. */
public final class HttpSocket implements AutoCloseable {
    private final HttpLoop loop;
    private final Channel channel;

    private HttpSocket(HttpLoop loop, Channel channel) {
        this.loop = loop;
        this.channel = channel;
    }

    /**
     * Waits until the socket listens. A wildcard stands for its own family only.
     *
     * @throws IOException the address is taken, or not of this node
     */
    public static HttpSocket open(HttpLoop loop, InetSocketAddress address, HttpLimits limits, Responder responder)
            throws IOException {
        HttpPipeline pipeline = new HttpPipeline(responder, limits, false, loop.connections());
        ChannelFuture bind = loop.bind(address, false, pipeline).awaitUninterruptibly();
        if (!bind.isSuccess()) {
            throw new IOException(bind.cause().getMessage(), bind.cause());
        }
        return new HttpSocket(loop, bind.channel());
    }

    /** Frees the address before anything that is asked of the loop later, and ends all connections. */
    @Override
    public void close() {
        channel.close();
        loop.executor().execute(() -> loop.connections().closeAllOf(channel));
    }
}
