package io.ballast.netty.tcp;

import io.ballast.core.model.AddressPort;
import io.ballast.netty.clientip.UpstreamBinding;
import io.ballast.netty.transport.ResourceShortage;
import io.netty.channel.ChannelException;
import io.netty.channel.IoEventLoop;
import io.netty.channel.epoll.LinuxSocket;
import io.netty.channel.socket.SocketProtocolFamily;
import io.netty.channel.unix.Buffer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the {@link EpollLeg}s of one event loop share: the buffer that all reads go to, and the descriptors to close.
 * Confined to the event loop.
 */
final class EpollLoop implements Connector {
    private static final int SOL_IPV6 = 41;
    private static final int IPV6_TRANSPARENT = 75;
    private static final int SOL_IP = 0;
    private static final int IP_TRANSPARENT = 19;

    private final IoEventLoop loop;
    private final ResourceShortage shortage;
    private final ByteBuffer buffer;
    private final long bufferAddress;
    private final SplicePipes pipes;
    private final int spliceAfter;
    private final List<EpollLeg> closing = new ArrayList<>();

    EpollLoop(IoEventLoop loop, ResourceShortage shortage, TcpSettings settings) {
        this.loop = loop;
        this.shortage = shortage;
        this.pipes = new SplicePipes(shortage);
        this.buffer = ByteBuffer.allocateDirect(settings.bufferBytes());
        this.spliceAfter = settings.spliceAfter();
        this.bufferAddress = Buffer.memoryAddress(buffer);
        loop.terminationFuture().addListener(ended -> pipes.closeAll());
    }

    @Override
    public Leg connect(TcpConnection connection, AddressPort endpoint, @Nullable UpstreamBinding source)
            throws IOException {
        LinuxSocket socket = open(endpoint.address().isIpv4());
        shortage.opened(socket.intValue());
        try {
            socket.setTcpNoDelay(true);
            socket.setKeepAlive(true);
            if (source != null) {
                bind(socket, source);
            }
            socket.connect(endpoint.toSocketAddress());
            return EpollLeg.upstream(this, connection, socket);
        } catch (IOException | RuntimeException e) {
            socket.close();
            throw e;
        }
    }

    private static LinuxSocket open(boolean ipv4) throws IOException {
        try {
            return LinuxSocket.newSocketStream(ipv4 ? SocketProtocolFamily.INET : SocketProtocolFamily.INET6);
        } catch (ChannelException e) {
            throw e.getCause() instanceof IOException cause ? cause : new IOException(e);
        }
    }

    private static void bind(LinuxSocket socket, UpstreamBinding source) throws IOException {
        socket.setReuseAddress(true);
        if (source.transparent()) {
            boolean ipv4 = source.source().address().isIpv4();
            socket.setIntOpt(ipv4 ? SOL_IP : SOL_IPV6, ipv4 ? IP_TRANSPARENT : IPV6_TRANSPARENT, 1);
        }
        socket.bind(source.source().toSocketAddress());
    }

    /** Shared by the legs of this loop. */
    SplicePipes pipes() {
        return pipes;
    }

    /** How many reads in a row fill the buffer before what follows is spliced. */
    int spliceAfter() {
        return spliceAfter;
    }

    IoEventLoop loop() {
        return loop;
    }

    /** The shared read buffer: its content is good until the next read of any leg of this loop. */
    ByteBuffer buffer() {
        return buffer;
    }

    long bufferAddress() {
        return bufferAddress;
    }

    /**
     * Closes a leg's descriptor when the events that epoll has already reported are handled. The kernel would hand the
     * number out again at once, and a leftover event would reach a connection that it is not about.
     */
    void closeLater(EpollLeg leg) {
        closing.add(leg);
        if (closing.size() == 1) {
            loop.execute(this::closeAll);
        }
    }

    private void closeAll() {
        for (EpollLeg leg : closing) {
            leg.closeDescriptor();
        }
        closing.clear();
    }
}
