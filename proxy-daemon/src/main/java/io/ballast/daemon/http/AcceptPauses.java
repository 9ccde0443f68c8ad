package io.ballast.daemon.http;

import io.ballast.core.spi.Ticker;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * When accepting fails, say at the limit of open files, the longest unused connection makes room; where there is none,
 * accepting pauses for a second. Told of once a minute: left to Netty, each second would log a stack trace. Belongs into
 * a listening channel's pipeline. Confined to its loop.
 */
final class AcceptPauses extends ChannelInboundHandlerAdapter {
    private static final Logger log = LoggerFactory.getLogger(AcceptPauses.class);
    private static final Duration PAUSE = Duration.ofSeconds(1);
    private static final long BETWEEN_REPORTS_NANOS = Duration.ofMinutes(1).toNanos();

    private final Ticker ticker;
    private final OpenConnections connections;
    private long reportedNanos;
    private boolean reported;

    AcceptPauses(Ticker ticker, OpenConnections connections) {
        this.ticker = ticker;
        this.connections = connections;
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        long now = ticker.nanos();
        if (!reported || now - reportedNanos >= BETWEEN_REPORTS_NANOS) {
            reported = true;
            reportedNanos = now;
            log.atWarn()
                    .addKeyValue("address", context.channel().localAddress())
                    .addKeyValue("reason", cause.getMessage())
                    .addKeyValue("remedy", "raise the limit of open files (LimitNOFILE, ulimit -n)")
                    .log("HTTP server cannot accept clients; it closes those unused longest, and tries again");
        }
        long pauseMillis = connections.closeLongestUnused() ? 0 : PAUSE.toMillis();
        context.channel().config().setAutoRead(false);
        context.executor()
                .schedule(() -> context.channel().config().setAutoRead(true), pauseMillis, TimeUnit.MILLISECONDS);
    }
}
