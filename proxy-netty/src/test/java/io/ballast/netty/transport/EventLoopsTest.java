package io.ballast.netty.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.EventLoop;
import io.netty.channel.IoEventLoop;
import io.netty.channel.ReflectiveChannelFactory;
import io.netty.channel.socket.ServerSocketChannel;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class EventLoopsTest {
    @ParameterizedTest
    @EnumSource(IoTransport.class)
    void closeWhatIsOpenWhenTheyAreIdle(IoTransport transport) throws Exception {
        EventLoops loops = EventLoops.start(transport, 1);
        ServerSocketChannel channel = listen(transport, loops.next());
        loops.close();
        assertThat(channel.isOpen()).isFalse();
    }

    @ParameterizedTest
    @EnumSource(IoTransport.class)
    void closeWhatIsOpenWhenToldToEndDuringATask(IoTransport transport) throws Exception {
        EventLoops loops = EventLoops.start(transport, 1);
        IoEventLoop loop = loops.next();
        ServerSocketChannel channel = listen(transport, loop);
        CountDownLatch running = new CountDownLatch(1);
        loop.execute(() -> {
            running.countDown();
            while (!loop.isShuttingDown()) {
                Thread.onSpinWait();
            }
        });
        running.await();

        loops.close();

        assertThat(channel.isOpen()).isFalse();
        assertThat(loop.isTerminated()).isTrue();
    }

    private static ServerSocketChannel listen(IoTransport transport, EventLoop loop) throws Exception {
        ServerSocketChannel channel = new ReflectiveChannelFactory<>(transport.serverSocketChannel()).newChannel();
        loop.register(channel).sync();
        channel.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)).sync();
        return channel;
    }
}
