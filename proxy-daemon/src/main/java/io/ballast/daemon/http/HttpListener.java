package io.ballast.daemon.http;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import java.net.InetSocketAddress;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One HTTP server, bound now or as soon as its address is free (kube-proxy's {@code serveHealthz} and
 * {@code serveMetrics}). <em>Thread-safe</em>; its state changes on the loop only.
 */
public final class HttpListener implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(HttpListener.class);

    private final HttpLoop loop;
    private final HttpServerSpec spec;
    private final HttpPipeline pipeline;
    private final BindListener bindListener;
    private final CompletableFuture<InetSocketAddress> bound = new CompletableFuture<>();
    private @Nullable Channel channel;
    private boolean wanted;
    private boolean binding;
    private boolean failedBefore;

    public HttpListener(HttpLoop loop, HttpServerSpec spec, Responder responder, BindListener bindListener) {
        this.loop = loop;
        this.spec = spec;
        this.bindListener = bindListener;
        pipeline = new HttpPipeline(responder, spec.limits(), spec.compress(), loop.connections());
    }

    /** Starts to listen, again after a {@link #close} too; returns at once. */
    public void start() {
        loop.executor().execute(() -> {
            wanted = true;
            bind();
        });
    }

    /** Completed with the first listening address, however often it takes; never completed when that never happens. */
    public CompletableFuture<InetSocketAddress> bound() {
        return bound.copy();
    }

    private void bind() {
        if (wanted && !binding && channel == null) {
            binding = true;
            loop.bind(spec.address(), true, pipeline).addListener((ChannelFutureListener) this::bindEnded);
        }
    }

    private void bindEnded(ChannelFuture bind) {
        binding = false;
        if (!wanted) {
            bind.channel().close();
        } else if (!bind.isSuccess()) {
            failed(bind.cause());
        } else {
            channel = bind.channel();
            InetSocketAddress address = (InetSocketAddress) bind.channel().localAddress();
            log.atInfo()
                    .addKeyValue("server", spec.name())
                    .addKeyValue("address", address)
                    .log("HTTP server started");
            bound.complete(address);
        }
    }

    private void failed(Throwable cause) {
        String message = "failed to start " + spec.name() + " on "
                + spec.address().getAddress().getHostAddress() + ":"
                + spec.address().getPort() + ": " + cause.getMessage();
        if (spec.failHard()) {
            log.atError().log(message);
            bindListener.bindFailed(spec.address(), true, message);
            return;
        }
        if (!failedBefore) {
            log.atError().addKeyValue("retryInterval", spec.retryInterval()).log(message);
            bindListener.bindFailed(spec.address(), false, message);
        }
        failedBefore = true;
        loop.executor().schedule(this::bind, spec.retryInterval().toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Stops listening and closes all connections, so that another process can have the address. Returns at once. */
    @Override
    public void close() {
        loop.executor().execute(() -> {
            wanted = false;
            if (channel != null) {
                channel.close();
                loop.connections().closeAllOf(channel);
                channel = null;
            }
        });
    }
}
