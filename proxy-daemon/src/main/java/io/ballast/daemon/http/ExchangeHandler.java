package io.ballast.daemon.http;

import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.QueryStringDecoder;
import java.net.InetSocketAddress;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Hands whole requests to a {@link Responder}, one at a time. Confined to the channel's loop. */
final class ExchangeHandler extends SimpleChannelInboundHandler<FullHttpRequest> {
    private static final Logger log = LoggerFactory.getLogger(ExchangeHandler.class);

    private final Responder responder;
    private final OpenConnections connections;
    private final ExchangeClock clock;

    ExchangeHandler(Responder responder, OpenConnections connections, ExchangeClock clock) {
        this.responder = responder;
        this.connections = connections;
        this.clock = clock;
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, FullHttpRequest request) {
        context.channel().config().setAutoRead(false);
        clock.exchangeStarted(context);
        connections.used(context.channel());
        RequestFacts facts = RequestFacts.of(request);
        answer(context, request, facts).whenComplete((reply, failure) -> {
            HttpReply written = failure == null ? reply : failed(failure);
            if (context.executor().inEventLoop()) {
                write(context, facts, written);
            } else {
                context.executor().execute(() -> write(context, facts, written));
            }
        });
    }

    private CompletionStage<HttpReply> answer(
            ChannelHandlerContext context, FullHttpRequest request, RequestFacts facts) {
        if (facts.malformed()) {
            return CompletableFuture.completedFuture(HttpReply.of(400, HttpReply.TEXT, "400 Bad Request"));
        }
        HttpCall call;
        try {
            call = call(context, request);
        } catch (IllegalArgumentException badEscape) {
            String text = "400 Bad Request: " + badEscape.getMessage() + "\n";
            return CompletableFuture.completedFuture(HttpReply.of(400, HttpReply.TEXT, text));
        }
        try {
            return responder.answerLater(call);
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private static HttpCall call(ChannelHandlerContext context, FullHttpRequest request) {
        QueryStringDecoder uri = new QueryStringDecoder(request.uri());
        InetSocketAddress local = (InetSocketAddress) context.channel().localAddress();
        String host = request.headers().get(HttpHeaderNames.HOST, "");
        return new HttpCall(request.method().name(), uri.path(), uri.parameters(), host, local.getAddress());
    }

    private static HttpReply failed(Throwable cause) {
        log.atError().setCause(cause).log("Request failed");
        return HttpReply.of(500, HttpReply.TEXT, "500 internal server error\n");
    }

    private void write(ChannelHandlerContext context, RequestFacts facts, HttpReply reply) {
        boolean keepAlive = facts.keepAliveAfter(reply);
        ReplyWriter.write(context, facts, reply)
                .addListener((ChannelFutureListener) done -> finish(context, done.isSuccess() && keepAlive));
    }

    private void finish(ChannelHandlerContext context, boolean keepAlive) {
        if (keepAlive) {
            clock.exchangeEnded(context);
            context.channel().config().setAutoRead(true);
        } else {
            context.close();
        }
    }

    /** A client that resets, or a body that fails halfway: nothing is left to tell it. */
    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        log.atDebug()
                .addKeyValue("client", context.channel().remoteAddress())
                .addKeyValue("cause", cause.toString())
                .log("Connection closed");
        context.close();
    }
}
