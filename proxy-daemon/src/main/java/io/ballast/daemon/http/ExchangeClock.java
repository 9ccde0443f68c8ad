package io.ballast.daemon.http;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Closes connections that are too slow. Confined to the channel's loop.
 *
 * <pre>
 *   IDLE ──first byte──▶ HEAD ──whole request──▶ EXCHANGE ──answer written──▶ IDLE
 * </pre>
 *
 * <p>Each state has a deadline of its own that no trickle of bytes prolongs.
 */
final class ExchangeClock extends ChannelInboundHandlerAdapter {
    private enum State {
        IDLE,
        HEAD,
        EXCHANGE
    }

    private final HttpLimits limits;
    private State state = State.IDLE;
    private @Nullable Future<?> deadline;

    ExchangeClock(HttpLimits limits) {
        this.limits = limits;
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        enter(context, State.IDLE, limits.idleTimeout());
        context.fireChannelActive();
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (state == State.IDLE) {
            enter(context, State.HEAD, limits.headTimeout());
        }
        context.fireChannelRead(message);
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        cancel();
        context.fireChannelInactive();
    }

    void exchangeStarted(ChannelHandlerContext context) {
        enter(context, State.EXCHANGE, limits.exchangeTimeout());
    }

    void exchangeEnded(ChannelHandlerContext context) {
        enter(context, State.IDLE, limits.idleTimeout());
    }

    private void enter(ChannelHandlerContext context, State next, Duration timeout) {
        cancel();
        state = next;
        deadline =
                context.executor().schedule(() -> context.channel().close(), timeout.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void cancel() {
        if (deadline != null) {
            deadline.cancel(false);
            deadline = null;
        }
    }
}
