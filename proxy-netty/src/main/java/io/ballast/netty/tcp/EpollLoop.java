package io.ballast.netty.tcp;

import io.ballast.core.model.AddressPort;
import io.ballast.netty.clientip.UpstreamBinding;
import io.ballast.netty.linux.StreamSockets;
import io.ballast.netty.transport.ResourceShortage;
import io.netty.channel.IoEventLoop;
import io.netty.channel.SingleThreadEventLoop;
import io.netty.channel.unix.Buffer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What the {@link EpollLeg}s of one event loop share: the buffer that all reads go to, and the descriptors to close.
 * Confined to the event loop.
 */
final class EpollLoop implements Connector {
    /** What an endpoint that speaks first waits, once, where clients of its Service were known to. */
    private static final int GREETING_PAUSE_MILLIS = 5;

    private final IoEventLoop loop;
    private final ResourceShortage shortage;
    private final ByteBuffer buffer;
    private final long bufferAddress;
    private final StreamSockets sockets = new StreamSockets();
    private final SplicePipes pipes;
    private final int spliceAfter;
    private final LateAcknowledgements greetings;
    private final LateAcknowledgements answers;
    private final List<EpollLeg> closing = new ArrayList<>();

    EpollLoop(IoEventLoop loop, ResourceShortage shortage, TcpSettings settings) {
        this.loop = loop;
        this.shortage = shortage;
        this.greetings =
                new LateAcknowledgements(sweep -> loop.schedule(sweep, GREETING_PAUSE_MILLIS, TimeUnit.MILLISECONDS));
        // One more turn is short where there is little to do, and brings most ends where there is much.
        this.answers = new LateAcknowledgements(
                sweep -> ((SingleThreadEventLoop) loop).executeAfterEventLoopIteration(() -> loop.execute(sweep)));
        this.pipes = new SplicePipes(shortage);
        this.buffer = ByteBuffer.allocateDirect(settings.bufferBytes());
        this.spliceAfter = settings.spliceAfter();
        this.bufferAddress = Buffer.memoryAddress(buffer);
        loop.terminationFuture().addListener(ended -> pipes.closeAll());
    }

    @Override
    public Leg connect(TcpConnection connection, AddressPort endpoint, @Nullable UpstreamBinding source)
            throws IOException {
        EpollSocket socket = EpollSocket.open(endpoint.address().family(), sockets);
        shortage.opened(socket.intValue());
        try {
            socket.keepAlive();
            if (source != null) {
                socket.bind(source);
            }
            if (connection.route().stats().clientsSpeakFirst()) {
                socket.acknowledgeLate();
            }
            socket.connect(endpoint);
            return EpollLeg.upstream(this, connection, socket);
        } catch (IOException | RuntimeException e) {
            socket.closeQuietly();
            throw e;
        }
    }

    /** A client's socket. */
    EpollSocket accepted(int descriptor) {
        return EpollSocket.accepted(descriptor, sockets);
    }

    /** Shared by the legs of this loop. */
    SplicePipes pipes() {
        return pipes;
    }

    /** Inputs of endpoints that have connected: the client's first bytes may take the acknowledgement along. */
    LateAcknowledgements greetings() {
        return greetings;
    }

    /** Inputs of endpoints that have sent something: our FIN may take the acknowledgement along, if theirs comes soon. */
    LateAcknowledgements answers() {
        return answers;
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
