package io.ballast.netty.tcp;

import io.ballast.core.model.AddressPort;
import io.ballast.core.model.CloseReason;
import io.netty.channel.IoEvent;
import io.netty.channel.IoRegistration;
import io.netty.channel.epoll.EpollIoEvent;
import io.netty.channel.epoll.EpollIoHandle;
import io.netty.channel.epoll.EpollIoOps;
import io.netty.channel.epoll.LinuxSocket;
import io.netty.channel.unix.Errors;
import io.netty.channel.unix.FileDescriptor;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.NotYetConnectedException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A leg that drives its own descriptor on an epoll event loop. Confined to the event loop.
 *
 * <p>The descriptor is registered once, edge-triggered, for everything, and never touched in epoll again: what an edge
 * said is remembered ({@code readable}) until a read proves it wrong, so back-pressure costs no system call. Reads go
 * to a buffer that all legs of the loop share and from there straight to the peer; only what the peer's socket does
 * not take is copied, and while the peer has any of that, nothing is read here. So one direction of one connection holds
 * at most one buffer, and an idle connection holds none. What comes in bulk stays in the kernel: splice(2) moves it
 * through a pipe, which the peer keeps only while it has not taken all.
 */
final class EpollLeg implements Leg, EpollIoHandle, Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(EpollLeg.class);

    /** EPOLLHUP; always reported, so Netty has no constant for it. */
    private static final int HUP = 0x10;

    private static final int ERR = EpollIoOps.EPOLLERR.value();
    private static final int OUT = EpollIoOps.EPOLLOUT.value();
    private static final int ENDING = EpollIoOps.EPOLLRDHUP.value() | HUP | ERR;
    private static final int READABLE = EpollIoOps.EPOLLIN.value() | ENDING;
    private static final EpollIoOps INTEREST = EpollIoOps.EPOLLIN
            .with(EpollIoOps.EPOLLOUT)
            .with(EpollIoOps.EPOLLRDHUP)
            .with(EpollIoOps.EPOLLET);

    /** Reads before other connections get their turn. */
    private static final int READS_PER_TURN = 16;

    /** Less than that at once is not bulk, or no longer. */
    private static final int SHORT = 4096;

    private final EpollLoop home;
    private final TcpConnection connection;
    private final Side side;
    private final LinuxSocket socket;
    private final EpollOutput output;
    private @Nullable IoRegistration registration;
    private @Nullable EpollLeg peer;
    /** Reads in a row that filled the buffer. */
    private int fullReads;

    private boolean connecting;
    private boolean queued;
    private boolean readable;
    private boolean hungUp;
    private boolean inputEnded;
    private boolean discarding;
    private boolean finishing;
    private boolean outputEnded;
    private boolean closed;

    private EpollLeg(EpollLoop home, TcpConnection connection, Side side, LinuxSocket socket) {
        this.home = home;
        this.connection = connection;
        this.side = side;
        this.socket = socket;
        this.output = new EpollOutput(home, socket);
    }

    static EpollLeg downstream(EpollLoop home, TcpConnection connection, LinuxSocket socket) {
        EpollLeg leg = new EpollLeg(home, connection, Side.DOWNSTREAM, socket);
        leg.register();
        return leg;
    }

    /** {@code connect(2)} was called; the first edge tells its outcome. */
    static EpollLeg upstream(EpollLoop home, TcpConnection connection, LinuxSocket socket) {
        EpollLeg leg = new EpollLeg(home, connection, Side.UPSTREAM, socket);
        leg.connecting = true;
        leg.register();
        return leg;
    }

    private void register() {
        registration = home.loop().register(this).getNow();
        if (registration == null) {
            throw new IllegalStateException("not called on the event loop, or it has ended");
        }
        registration.submit(INTEREST);
    }

    @Override
    public FileDescriptor fd() {
        return socket;
    }

    @Override
    public void handle(IoRegistration from, IoEvent event) {
        int ops = ((EpollIoEvent) event).ops().value();
        try {
            if (!closed) {
                ready(ops);
            }
        } catch (RuntimeException | Error e) {
            // Netty's loop would stop for a second after an exception, and for good after an error.
            connection.broken(e);
        }
    }

    private void ready(int ops) {
        readable |= (ops & READABLE) != 0;
        hungUp |= (ops & ENDING) != 0;
        if (connecting) {
            connectReady(ops);
            return;
        }
        if (!output.isEmpty() && (ops & (OUT | ERR)) != 0) {
            flush();
        }
        read();
        if ((ops & ERR) != 0 && !closed) {
            // Reading is paused or over, so nothing else would find the reset.
            failIfError();
        }
    }

    private void connectReady(int ops) {
        if ((ops & (ERR | HUP)) != 0) {
            connection.connectFailed(connectError());
        } else if ((ops & OUT) != 0) {
            connecting = false;
            connection.connected();
        }
    }

    private IOException connectError() {
        try {
            socket.finishConnect();
            return new IOException("connection ended before it began");
        } catch (IOException e) {
            return e;
        }
    }

    private void failIfError() {
        try {
            int error = socket.getSoError();
            if (error != 0) {
                connection.failed(side, Errors.newIOException("recv", -error));
            }
        } catch (IOException e) {
            connection.failed(side, e);
        }
    }

    @Override
    public void relayTo(Leg to) {
        if (!closed) {
            peer = (EpollLeg) to;
            read();
        }
    }

    private boolean mayRead() {
        return !closed && !inputEnded && !queued && (discarding || (peer != null && peer.output.isEmpty()));
    }

    private void read() {
        int turns = READS_PER_TURN;
        try {
            while (readable && mayRead()) {
                if (turns-- == 0) {
                    queued = true;
                    home.loop().execute(this);
                    return;
                }
                if (fullReads >= home.spliceAfter() && splice()) {
                    continue;
                }
                int count = socket.recvAddress(
                        home.bufferAddress(), 0, home.buffer().capacity());
                if (count > 0) {
                    // A short read has emptied the socket: the next bytes cause an edge. FIN may have come before it.
                    boolean full = count == home.buffer().capacity();
                    fullReads = full ? fullReads + 1 : 0;
                    readable = full || hungUp;
                    deliver(count);
                } else {
                    readable = false;
                    inputEnded = count < 0;
                    if (inputEnded) {
                        connection.ended(side);
                    }
                }
            }
        } catch (IOException | NotYetConnectedException e) {
            connection.failed(side, e);
        }
    }

    /** The next turn of a read that had too much to do. */
    @Override
    public void run() {
        queued = false;
        try {
            read();
        } catch (RuntimeException | Error e) {
            connection.broken(e);
        }
    }

    private void deliver(int count) {
        connection.transferred(side, count);
        if (peer != null && !discarding) {
            peer.transmit(count);
        }
    }

    /**
     * Has the kernel move what has arrived, where it comes in bulk: short exchanges are faster copied.
     *
     * @return false where it must be read to see what there is
     */
    private boolean splice() throws IOException {
        EpollLeg to = discarding ? null : peer;
        SplicePipe pipe = to == null ? null : home.pipes().take();
        if (to == null || pipe == null) {
            return false;
        }
        int count = 0;
        try {
            count = pipe.fill(socket);
        } finally {
            if (count == 0) {
                home.pipes().give(pipe);
            }
        }
        if (count == 0) {
            // Nothing there, or the end: only a read can tell, and there can be no end before its edge.
            readable = hungUp;
            return !readable;
        }
        if (count < SHORT) {
            fullReads = 0;
        }
        connection.transferred(side, count);
        to.transmit(pipe);
        return true;
    }

    private void transmit(int count) {
        try {
            output.sendBuffer(count);
        } catch (IOException | NotYetConnectedException e) {
            connection.failed(side, e);
        }
    }

    private void transmit(SplicePipe pipe) {
        try {
            output.send(pipe);
        } catch (IOException e) {
            connection.failed(side, e);
        }
    }

    @Override
    public void send(byte[] bytes) {
        try {
            output.send(bytes);
        } catch (IOException | NotYetConnectedException e) {
            connection.failed(side, e);
        }
    }

    private void flush() {
        try {
            output.flush();
        } catch (IOException | NotYetConnectedException e) {
            connection.failed(side, e);
            return;
        }
        if (output.isEmpty()) {
            flushed();
        }
    }

    private void flushed() {
        if (finishing) {
            shutdownOutput();
        }
        if (peer != null && !closed) {
            peer.read();
        }
    }

    @Override
    public void finish() {
        finishing = true;
        if (output.isEmpty()) {
            shutdownOutput();
        }
    }

    private void shutdownOutput() {
        if (outputEnded || closed) {
            return;
        }
        outputEnded = true;
        try {
            socket.shutdown(false, true);
            connection.outputFinished();
        } catch (IOException | NotYetConnectedException e) {
            connection.failed(side, e);
        }
    }

    @Override
    public void discard() {
        discarding = true;
        read();
    }

    @Override
    public boolean isInputEnded() {
        return inputEnded;
    }

    @Override
    public long pendingBytes() {
        return output.bytes();
    }

    /** The event loop ends. */
    @Override
    public void close() {
        connection.close(CloseReason.SHUTDOWN, false);
    }

    @Override
    public void closeNow() {
        if (closed) {
            return;
        }
        closed = true;
        output.release();
        home.closeLater(this);
    }

    @Override
    public void reset() {
        if (!closed) {
            resetOnClose(socket);
            closeNow();
        }
    }

    /** Makes close(2) send RST instead of FIN. */
    static void resetOnClose(LinuxSocket socket) {
        try {
            socket.setSoLinger(0);
        } catch (IOException e) {
            LOG.atTrace()
                    .addKeyValue("socket", socket)
                    .addKeyValue("cause", e.toString())
                    .log("No RST possible");
        }
    }

    /** Gives the descriptor back. */
    void closeDescriptor() {
        try {
            socket.close();
        } catch (IOException e) {
            LOG.atTrace()
                    .addKeyValue("socket", socket)
                    .addKeyValue("cause", e.toString())
                    .log("Close failed");
        }
        if (registration != null) {
            registration.cancel();
        }
    }

    @Override
    public Optional<AddressPort> localAddress() {
        InetSocketAddress address = closed ? null : socket.localAddress();
        return Optional.ofNullable(address).map(AddressPort::of);
    }
}
