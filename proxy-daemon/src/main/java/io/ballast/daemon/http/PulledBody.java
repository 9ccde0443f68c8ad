package io.ballast.daemon.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.stream.ChunkedInput;

/** Turns a {@link BodySource} into the chunks Netty pulls whenever the socket takes more. Confined to the loop. */
final class PulledBody implements ChunkedInput<ByteBuf> {
    static final int CHUNK_CHARS = 16 * 1024;

    private final BodySource source;
    private final StringBuilder piece = new StringBuilder(CHUNK_CHARS + CHUNK_CHARS / 2);
    private long sent;
    private boolean ended;

    PulledBody(BodySource source) {
        this.source = source;
    }

    @Override
    public boolean isEndOfInput() {
        return ended;
    }

    @Override
    public ByteBuf readChunk(ByteBufAllocator allocator) {
        while (!ended && piece.length() < CHUNK_CHARS) {
            ended = !source.appendNext(piece);
        }
        if (piece.length() == 0) {
            // Not null, which would mean "later": nobody calls again for what ended where the last chunk did.
            return Unpooled.EMPTY_BUFFER;
        }
        ByteBuf chunk = ByteBufUtil.writeUtf8(allocator, piece);
        sent += chunk.readableBytes();
        piece.setLength(0);
        return chunk;
    }

    @Override
    @Deprecated // as the interface demands; Netty no longer calls it
    @SuppressWarnings("InlineMeSuggester")
    public ByteBuf readChunk(ChannelHandlerContext context) {
        return readChunk(context.alloc());
    }

    @Override
    public void close() {
        ended = true;
    }

    @Override
    public long length() {
        return -1;
    }

    @Override
    public long progress() {
        return sent;
    }
}
