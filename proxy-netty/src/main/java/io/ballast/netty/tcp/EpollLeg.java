package io.ballast.netty.tcp;

import io.ballast.core.model.AddressPort;
import io.ballast.core.model.CloseReason;
import io.netty.channel.IoEvent;
import io.netty.channel.IoRegistration;
import io.netty.channel.epoll.EpollIoEvent;
import io.netty.channel.epoll.EpollIoHandle;
import io.netty.channel.epoll.EpollIoOps;
import io.netty.channel.unix.FileDescriptor;
import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A leg that drives its own descriptor on an epoll event loop. Confined to the event loop.
 *
 * <p>The descriptor is registered once, edge-triggered, for everything, and never touched in epoll again: what an edge
 * said is remembered in {@link EpollInput}, so back-pressure costs no system call. {@link EpollReader} reads to a buffer
 * that all legs of the loop share and from there straight to the peer; only what the peer's socket does not take is
 * copied, and while the peer has any of that, nothing is read here. So one direction of one connection holds at most one
 * buffer, and an idle connection holds none. What comes in bulk stays in the kernel: splice(2) moves it through a pipe,
 * which the peer keeps only while it has not taken all.
 */
final class EpollLeg implements Leg, EpollIoHandle {
    private static final int ERR = EpollIoOps.EPOLLERR.value();
    private static final int OUT = EpollIoOps.EPOLLOUT.value();
    private static final EpollIoOps INTEREST = EpollIoOps.valueOf(EpollIoOps.EPOLLIN.value()
            | EpollInput.PRI
            | OUT
            | EpollIoOps.EPOLLRDHUP.value()
            | EpollIoOps.EPOLLET.value());

    private final EpollLoop home;
    private final TcpConnection connection;
    private final Side side;
    private final EpollSocket socket;
    private final EpollReader reader;
    private final EpollOutput output;
    private @Nullable IoRegistration registration;
    private @Nullable EpollLeg peer;
    private boolean connecting;

    private EpollLeg(EpollLoop home, TcpConnection connection, Side side, EpollSocket socket) {
        this.home = home;
        this.connection = connection;
        this.side = side;
        this.socket = socket;
        this.reader = new EpollReader(home, connection, side, socket);
        this.output = new EpollOutput(home, socket);
    }

    static EpollLeg downstream(EpollLoop home, TcpConnection connection, EpollSocket socket) {
        EpollLeg leg = new EpollLeg(home, connection, Side.DOWNSTREAM, socket);
        leg.register();
        return leg;
    }

    /** {@code connect(2)} was called; the first edge tells its outcome. */
    static EpollLeg upstream(EpollLoop home, TcpConnection connection, EpollSocket socket) {
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
            if (socket.isOpen()) {
                ready(ops);
            }
        } catch (IOException | RuntimeException | Error e) {
            // Netty's loop would stop for a second after an exception, and for good after an error.
            failed(e);
        }
    }

    private void ready(int ops) throws IOException {
        reader.ready(ops);
        if (connecting) {
            connectReady(ops);
            return;
        }
        if (!output.isEmpty() && (ops & (OUT | ERR)) != 0) {
            flush();
        }
        if ((ops & ERR) == 0) {
            reader.readSoon();
            return;
        }
        reader.read();
        if (socket.isOpen()) {
            // Reading is paused or over, so nothing else would find the reset.
            IOException error = socket.error("recv");
            if (error != null) {
                throw error;
            }
        }
    }

    private void connectReady(int ops) {
        if ((ops & (ERR | EpollInput.HUP)) != 0) {
            IOException error = socket.error("connect");
            connection.connectFailed(error == null ? new IOException("connection ended before it began") : error);
        } else if ((ops & OUT) != 0) {
            connecting = false;
            connection.connected();
            reader.acknowledge(home.greetings());
        }
    }

    @Override
    public void relayTo(Leg to) {
        if (socket.isOpen()) {
            peer = (EpollLeg) to;
            reader.relayTo(peer);
        }
    }

    /** Whether it has sent all that it was given, so that there may be more. */
    boolean takesMore() {
        return output.isEmpty();
    }

    /** Sends what is in the loop's buffer; {@code last} where FIN follows at once. */
    void transmit(int count, boolean last) {
        try {
            output.sendBuffer(count, last);
        } catch (IOException e) {
            connection.failed(side, e);
        }
    }

    EpollOutput output() {
        return output;
    }

    /** Costs the connection. */
    void failed(Throwable cause) {
        reader.failed(cause);
    }

    /** Sends what is in a pipe. */
    void transmit(SplicePipe pipe) {
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
        } catch (IOException e) {
            connection.failed(side, e);
        }
    }

    private void flush() throws IOException {
        if (output.flush()) {
            connection.outputFinished();
        }
        if (output.isEmpty() && peer != null && socket.isOpen()) {
            peer.reader.readOrFail();
        }
    }

    @Override
    public void finish() {
        try {
            if (output.finish()) {
                connection.outputFinished();
            }
        } catch (IOException e) {
            connection.failed(side, e);
        }
    }

    @Override
    public void discard() {
        reader.discard();
    }

    @Override
    public boolean isInputEnded() {
        return reader.isEnded();
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
        if (socket.isOpen()) {
            socket.giveUp();
            output.drop();
            home.closeLater(socket, registration);
        }
    }

    @Override
    public void reset() {
        if (socket.isOpen()) {
            socket.resetOnClose();
            closeNow();
        }
    }

    @Override
    public Optional<AddressPort> localAddress() {
        return socket.isOpen() ? Optional.ofNullable(socket.localAddress()) : Optional.empty();
    }
}
