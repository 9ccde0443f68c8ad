package ballastbench;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollDatagramChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.socket.DatagramPacket;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;

/**
 * Load over UDP: {@code echo PORT} sends every datagram back; {@code load ADDRESS PORT SIZE IN_FLIGHT SECONDS} keeps
 * that many datagrams on their way and prints how many came back. Both sides take and give batches of datagrams with
 * one system call, so that neither is slower than what is measured.
 */
public final class UdpTool {
    private static final int BATCH = 64;
    private static final int LARGEST = 2048;
    private static final long LOST_AFTER_NANOS = TimeUnit.MILLISECONDS.toNanos(200);
    private static final long WARM_UP_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

    private UdpTool() {}

    public static void main(String[] args) throws InterruptedException {
        if (args[0].equals("echo")) {
            bind(new Echo(), Integer.parseInt(args[1])).closeFuture().await();
            return;
        }
        InetSocketAddress target = new InetSocketAddress(args[1], Integer.parseInt(args[2]));
        Load load = new Load(target, Integer.parseInt(args[3]), Integer.parseInt(args[4]));
        Channel channel = bind(load, 0);
        channel.connect(target).sync();
        long counted = TimeUnit.SECONDS.toNanos(Integer.parseInt(args[5]));
        channel.eventLoop().execute(() -> load.start(channel, counted));
        channel.closeFuture().await();
        load.print();
        channel.eventLoop().parent().shutdownGracefully(0, 1, TimeUnit.SECONDS);
    }

    private static Channel bind(ChannelInboundHandlerAdapter handler, int port) throws InterruptedException {
        return new Bootstrap()
                .group(new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory()))
                .channel(EpollDatagramChannel.class)
                .option(EpollChannelOption.MAX_DATAGRAM_PAYLOAD_SIZE, LARGEST)
                .option(ChannelOption.RECVBUF_ALLOCATOR, new FixedRecvByteBufAllocator(LARGEST * BATCH))
                .option(ChannelOption.SO_RCVBUF, 4 << 20)
                .option(ChannelOption.SO_SNDBUF, 4 << 20)
                .handler(handler)
                .bind(new InetSocketAddress("0.0.0.0", port))
                .sync()
                .channel();
    }

    private static final class Echo extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            DatagramPacket packet = (DatagramPacket) message;
            context.write(new DatagramPacket(packet.content(), packet.sender()), context.voidPromise());
        }

        @Override
        public void channelReadComplete(ChannelHandlerContext context) {
            context.flush();
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            // A client that has gone answers with port unreachable.
        }
    }

    /** Each datagram carries the number of its slot and of its turn there, so that what comes late is known. */
    private static final class Load extends ChannelInboundHandlerAdapter {
        private final InetSocketAddress target;
        private final int size;
        private final int[] turns;
        private final long[] sentNanos;
        private Channel channel;
        private long beganNanos;
        private long endedNanos;
        private long count;
        private long lost;

        Load(InetSocketAddress target, int size, int inFlight) {
            this.target = target;
            this.size = size;
            this.turns = new int[inFlight];
            this.sentNanos = new long[inFlight];
        }

        void start(Channel onChannel, long nanos) {
            channel = onChannel;
            for (int slot = 0; slot < turns.length; slot++) {
                send(slot);
            }
            channel.flush();
            channel.eventLoop().scheduleAtFixedRate(this::resendLost, 50, 50, TimeUnit.MILLISECONDS);
            channel.eventLoop().schedule(this::begin, WARM_UP_NANOS, TimeUnit.NANOSECONDS);
            channel.eventLoop().schedule(this::end, WARM_UP_NANOS + nanos, TimeUnit.NANOSECONDS);
        }

        private void begin() {
            count = 0;
            lost = 0;
            beganNanos = System.nanoTime();
        }

        private void end() {
            endedNanos = System.nanoTime();
            channel.close();
        }

        private void send(int slot) {
            ByteBuf bytes = channel.alloc().directBuffer(size);
            bytes.writeInt(slot).writeInt(++turns[slot]).writeZero(size - 8);
            send(slot, bytes);
        }

        private void send(int slot, ByteBuf bytes) {
            sentNanos[slot] = System.nanoTime();
            channel.write(new DatagramPacket(bytes, target), channel.voidPromise());
        }

        private void resendLost() {
            long before = System.nanoTime() - LOST_AFTER_NANOS;
            for (int slot = 0; slot < turns.length; slot++) {
                if (sentNanos[slot] < before) {
                    lost++;
                    send(slot);
                }
            }
            channel.flush();
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            ByteBuf bytes = ((DatagramPacket) message).content();
            int slot = bytes.getInt(0);
            if (bytes.readableBytes() != size || bytes.getInt(4) != turns[slot]) {
                bytes.release();
                return;
            }
            count++;
            bytes.setInt(4, ++turns[slot]);
            send(slot, bytes);
        }

        @Override
        public void channelReadComplete(ChannelHandlerContext context) {
            context.flush();
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            System.err.println(cause);
        }

        void print() {
            double seconds = (endedNanos - beganNanos) / 1e9;
            System.out.println("{\"count\": " + count + ", \"perSecond\": " + Math.round(count / seconds)
                    + ", \"lost\": " + lost + "}");
        }
    }
}
