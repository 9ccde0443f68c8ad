package io.ballast.daemon.http;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The connections of all servers of one loop, longest unused first: at the limit, and when there are no descriptors
 * left, that one is closed, so clients that sit on connections never keep a probe out. Confined to the loop.
 */
@Sharable
final class OpenConnections extends ChannelInboundHandlerAdapter {
    private final int limit;
    private final Map<Channel, Boolean> byUse = new LinkedHashMap<>(16, 0.75f, true);

    OpenConnections(int limit) {
        this.limit = limit;
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        byUse.put(context.channel(), Boolean.TRUE);
        if (byUse.size() > limit) {
            closeLongestUnused();
        }
        context.fireChannelActive();
    }

    /** Whether there was one. */
    boolean closeLongestUnused() {
        Iterator<Channel> unused = byUse.keySet().iterator();
        if (!unused.hasNext()) {
            return false;
        }
        Channel victim = unused.next();
        unused.remove();
        victim.close();
        return true;
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        byUse.remove(context.channel());
        context.fireChannelInactive();
    }

    /** Marks a connection as just used: a whole request has arrived. */
    void used(Channel channel) {
        byUse.computeIfPresent(channel, (key, present) -> present);
    }

    /** Closes all that one listening channel accepted. */
    void closeAllOf(Channel server) {
        List<Channel> accepted = byUse.keySet().stream()
                .filter(channel -> server.equals(channel.parent()))
                .toList();
        accepted.forEach(Channel::close);
    }
}
