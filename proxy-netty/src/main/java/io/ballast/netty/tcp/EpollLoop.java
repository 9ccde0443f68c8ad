package io.ballast.netty.tcp;

import io.ballast.core.model.AddressPort;
import io.ballast.netty.clientip.UpstreamBinding;
import io.ballast.netty.linux.StreamSockets;
import io.ballast.netty.linux.SystemCallException;
import io.ballast.netty.linux.uring.CallBatch;
import io.ballast.netty.transport.ResourceShortage;
import io.netty.channel.IoEventLoop;
import io.netty.channel.IoRegistration;
import io.netty.channel.SingleThreadEventLoop;
import io.netty.channel.unix.Buffer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the {@link EpollLeg}s of one event loop share: the buffer that reads go to, and what is done at the
 * end of a turn.
 * Confined to the event loop.
 */
final class EpollLoop implements Connector {
    /** What an endpoint that speaks first waits, once, where clients of its Service were known to. */
    private static final int GREETING_PAUSE_MILLIS = 5;

    /** The most that is read from a socket together with others. */
    private static final int BATCHED_BYTES = 16 * 1024;

    /** The most system calls that are made together. */
    private static final int MOST_CALLS = 64;

    private static final Logger LOG = LoggerFactory.getLogger(EpollLoop.class);

    private final IoEventLoop loop;
    private final ResourceShortage shortage;
    private final ByteBuffer buffer;
    private final long bufferAddress;
    private final StreamSockets sockets = new StreamSockets();
    private final SplicePipes pipes;
    private final int spliceAfter;
    private final LateAcknowledgements greetings;
    private final LateAcknowledgements answers;
    private final @Nullable TurnReads turnReads;
    private final Closings closings;

    EpollLoop(IoEventLoop loop, ResourceShortage shortage, TcpSettings settings) {
        this.loop = loop;
        this.shortage = shortage;
        this.greetings =
                new LateAcknowledgements(sweep -> loop.schedule(sweep, GREETING_PAUSE_MILLIS, TimeUnit.MILLISECONDS));
        // One more turn is short where there is little to do, and brings most ends where there is much.
        this.answers = new LateAcknowledgements(sweep -> atEndOfTurn(() -> loop.execute(sweep)));
        CallBatch batch = settings.batchFrom() > 0 ? batch() : null;
        int most = Math.min(settings.bufferBytes(), BATCHED_BYTES);
        this.turnReads = batch == null ? null : new TurnReads(this::atEndOfTurn, batch, settings.batchFrom(), most);
        this.closings = new Closings(this::atEndOfTurn, batch);
        this.pipes = new SplicePipes(shortage);
        this.buffer = ByteBuffer.allocateDirect(settings.bufferBytes());
        this.spliceAfter = settings.spliceAfter();
        this.bufferAddress = Buffer.memoryAddress(buffer);
        loop.terminationFuture().addListener(ended -> pipes.closeAll());
    }

    /** Null where this process can have none. */
    private @Nullable CallBatch batch() {
        try {
            CallBatch batch = CallBatch.open(MOST_CALLS);
            loop.terminationFuture().addListener(ended -> batch.close());
            return batch;
        } catch (SystemCallException e) {
            LOG.atDebug().addKeyValue("reason", e.getMessage()).log("Sockets are read one by one");
            return null;
        }
    }

    /** Runs something once, when all events that epoll has reported are handled. */
    private void atEndOfTurn(Runnable task) {
        ((SingleThreadEventLoop) loop).executeAfterEventLoopIteration(task);
    }

    /** What is read together at the end of a turn; null where each read is a system call of its own. */
    @Nullable
    TurnReads turnReads() {
        return turnReads;
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

    /** Closes a descriptor at the end of this turn. */
    void closeLater(EpollSocket socket, @Nullable IoRegistration registration) {
        closings.add(socket, registration);
    }
}
