package io.ballast.daemon.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.HttpChunkedInput;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/**
 * Writes answers as Go's {@code net/http} does: its spelling and order of headers, its choice of version and of
 * {@code Connection}. Stateless.
 */
final class ReplyWriter {
    /** Go's {@code http.TimeFormat}. */
    private static final DateTimeFormatter HTTP_DATE = DateTimeFormatter.ofPattern(
                    "EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.US)
            .withZone(ZoneOffset.UTC);

    private static final String DATE = "Date";
    private static final String CONTENT_LENGTH = "Content-Length";
    private static final String TRANSFER_ENCODING = "Transfer-Encoding";
    private static final String CONNECTION = "Connection";

    private ReplyWriter() {}

    static ChannelFuture write(ChannelHandlerContext context, RequestFacts request, HttpReply reply) {
        HttpResponse head = head(request, reply);
        if (reply.body() instanceof HttpReply.Body.Streamed streamed) {
            if (request.http11()) {
                head.headers().set(TRANSFER_ENCODING, "chunked");
            }
            setConnection(head, request, request.keepAliveAfter(reply));
            return request.headOnly()
                    ? writeWhole(context, head, Unpooled.EMPTY_BUFFER)
                    : writeStream(context, head, streamed);
        }
        ByteBuf content = ByteBufUtil.writeUtf8(context.alloc(), ((HttpReply.Body.Fixed) reply.body()).text());
        head.headers().set(CONTENT_LENGTH, content.readableBytes());
        setConnection(head, request, request.keepAliveAfter(reply));
        if (request.headOnly()) {
            content.release();
            return writeWhole(context, head, Unpooled.EMPTY_BUFFER);
        }
        return writeWhole(context, head, content);
    }

    private static HttpResponse head(RequestFacts request, HttpReply reply) {
        HttpResponse head = new DefaultHttpResponse(
                request.http11() ? HttpVersion.HTTP_1_1 : HttpVersion.HTTP_1_0,
                HttpResponseStatus.valueOf(reply.status()));
        reply.headers().forEach(head.headers()::set);
        head.headers().set(DATE, HTTP_DATE.format(Instant.now()));
        return head;
    }

    private static ChannelFuture writeStream(
            ChannelHandlerContext context, HttpResponse head, HttpReply.Body.Streamed body) {
        context.write(head);
        return context.writeAndFlush(new HttpChunkedInput(new PulledBody(body.source())));
    }

    private static ChannelFuture writeWhole(ChannelHandlerContext context, HttpResponse head, ByteBuf content) {
        return context.writeAndFlush(new DefaultFullHttpResponse(
                head.protocolVersion(), head.status(), content, head.headers(), new DefaultHttpHeaders()));
    }

    private static void setConnection(HttpResponse head, RequestFacts request, boolean keepAlive) {
        if (request.http11() && !keepAlive) {
            head.headers().set(CONNECTION, "close");
        } else if (!request.http11() && keepAlive) {
            head.headers().set(CONNECTION, "keep-alive");
        }
    }
}
