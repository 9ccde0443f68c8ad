package io.ballast.daemon.http;

import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.compression.StandardCompressionOptions;
import io.netty.handler.codec.http.HttpContentCompressor;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.flow.FlowControlHandler;
import io.netty.handler.stream.ChunkedWriteHandler;

/**
 * Fits out each accepted connection. {@code flow-control} keeps pipelined requests back until the one before is
 * answered, so that a client cannot queue answers up.
 */
final class HttpPipeline extends ChannelInitializer<Channel> {
    /** Speed over ratio: the text repeats itself so much that level 1 already shrinks it tenfold. */
    private static final int GZIP_LEVEL = 1;

    private static final int GZIP_WINDOW_BITS = 15;
    private static final int GZIP_MEMORY_LEVEL = 8;
    private static final int COMPRESS_FROM_BYTES = 512;

    private final Responder responder;
    private final HttpLimits limits;
    private final boolean compress;
    private final OpenConnections connections;

    HttpPipeline(Responder responder, HttpLimits limits, boolean compress, OpenConnections connections) {
        this.responder = responder;
        this.limits = limits;
        this.compress = compress;
        this.connections = connections;
    }

    @Override
    protected void initChannel(Channel channel) {
        ExchangeClock clock = new ExchangeClock(limits);
        ChannelPipeline pipeline = channel.pipeline();
        pipeline.addLast("connections", connections);
        pipeline.addLast("clock", clock);
        pipeline.addLast(
                "codec",
                new HttpServerCodec(new HttpDecoderConfig()
                        .setMaxInitialLineLength(HttpLimits.MAX_REQUEST_LINE_BYTES)
                        .setMaxHeaderSize(HttpLimits.MAX_HEADER_BYTES)));
        if (compress) {
            pipeline.addLast(
                    "gzip",
                    new HttpContentCompressor(
                            COMPRESS_FROM_BYTES,
                            StandardCompressionOptions.gzip(GZIP_LEVEL, GZIP_WINDOW_BITS, GZIP_MEMORY_LEVEL)));
        }
        pipeline.addLast("body", new HttpObjectAggregator(HttpLimits.MAX_BODY_BYTES));
        pipeline.addLast("flow-control", new FlowControlHandler());
        pipeline.addLast("chunks", new ChunkedWriteHandler());
        pipeline.addLast("exchange", new ExchangeHandler(responder, connections, clock));
    }
}
