package io.ballast.daemon.e2e;

import io.ballast.netty.testing.Machine;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;

/**
 * A TCP server on a machine that says its name in a line and then sends back what it gets, for thousands of connections
 * at once. A connection ends when its client ends it.
 */
final class EchoServer implements AutoCloseable {
    private static final int BACKLOG = 4096;

    private final EventLoopGroup loop;

    private EchoServer(EventLoopGroup loop) {
        this.loop = loop;
    }

    static EchoServer start(Machine machine, int port) throws Exception {
        EventLoopGroup loop =
                new MultiThreadIoEventLoopGroup(1, machine.namespace().threadFactory(), NioIoHandler.newFactory());
        return machine.run(() -> {
            new ServerBootstrap()
                    .group(loop)
                    .channel(NioServerSocketChannel.class)
                    .option(ChannelOption.SO_BACKLOG, BACKLOG)
                    .childHandler(new ChannelInitializer<SocketChannel>() {
                        @Override
                        protected void initChannel(SocketChannel channel) {
                            channel.pipeline().addLast(new Echo(machine.name()));
                        }
                    })
                    .bind(port)
                    .sync();
            return new EchoServer(loop);
        });
    }

    private static final class Echo extends ChannelInboundHandlerAdapter {
        private final String name;

        Echo(String name) {
            this.name = name;
        }

        @Override
        public void channelActive(ChannelHandlerContext context) {
            context.writeAndFlush(Unpooled.copiedBuffer(name + "\n", StandardCharsets.US_ASCII));
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            context.writeAndFlush(message);
        }
    }

    @Override
    public void close() {
        loop.shutdownGracefully(0, 10, TimeUnit.SECONDS).syncUninterruptibly();
    }
}
