package io.ballast.netty.listener;

import io.ballast.core.model.AddressPort;
import io.ballast.core.model.Frontend;
import io.ballast.core.model.IpAddress;
import io.ballast.core.model.Protocol;
import io.ballast.netty.transport.ResourceShortage;
import io.netty.channel.IoEvent;
import io.netty.channel.IoEventLoop;
import io.netty.channel.IoRegistration;
import io.netty.channel.epoll.EpollIoHandle;
import io.netty.channel.epoll.EpollIoOps;
import io.netty.channel.epoll.LinuxSocket;
import io.netty.channel.unix.FileDescriptor;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A listening descriptor that accepts on an epoll event loop, edge-triggered: a pause costs nothing and cannot spin,
 * since the kernel says only once that clients wait. Confined to the event loop, but for {@link ListenerSocket}.
 */
final class EpollListenerSocket implements ListenerSocket, EpollIoHandle, Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(EpollListenerSocket.class);
    private static final EpollIoOps INTEREST = EpollIoOps.EPOLLIN.with(EpollIoOps.EPOLLET);

    /** Clients accepted before connections get their turn. */
    private static final int ACCEPTS_PER_TURN = 64;

    /** More clients than can wait in any queue. */
    private static final int LONGEST_QUEUE = 65_536;

    private final IoEventLoop loop;
    private final LinuxSocket socket;
    private final AddressPort address;
    private final AcceptTarget target;
    private final ResourceShortage shortage;
    /** What every client dialled, null where only its own socket knows. */
    private final @Nullable Frontend frontend;

    private final byte[] clientAddress = new byte[AcceptedAddress.LENGTH];
    private @Nullable IoRegistration registration;
    private boolean paused;
    private boolean closed;

    /** @param redirected clients may have dialled another address than the socket's, so that each is asked */
    EpollListenerSocket(
            IoEventLoop loop, LinuxSocket socket, boolean redirected, AcceptTarget target, ResourceShortage shortage) {
        this.loop = loop;
        this.socket = socket;
        this.target = target;
        this.shortage = shortage;
        this.address = AddressPort.of(socket.localAddress());
        IpAddress ip = address.address();
        this.frontend = redirected || ip.isUnspecified() ? null : new Frontend(Protocol.TCP, ip, address.port());
    }

    /** Starts to accept. On the event loop. */
    void start() {
        registration = loop.register(this).getNow();
        if (registration == null) {
            throw new IllegalStateException("not called on the event loop, or it has ended");
        }
        registration.submit(INTEREST);
    }

    @Override
    public void handle(IoRegistration from, IoEvent event) {
        run();
    }

    /** Accepts whoever waits, for one turn. */
    @Override
    public void run() {
        if (paused || closed) {
            return;
        }
        if (accept(ACCEPTS_PER_TURN)) {
            loop.execute(this);
        }
    }

    private void resume() {
        paused = false;
        shortage.probe();
        run();
    }

    /** @return whether there may be more */
    private boolean accept(int most) {
        for (int i = 0; i < most; i++) {
            if (shortage.pauseMillis() > 0) {
                pause();
                return false;
            }
            try {
                int descriptor = socket.accept(clientAddress);
                if (descriptor < 0) {
                    return false;
                }
                shortage.opened(descriptor);
                deliver(descriptor);
            } catch (IOException e) {
                afterFailure(e);
            }
        }
        return true;
    }

    private void afterFailure(IOException cause) {
        if (ResourceShortage.isMeantBy(cause)) {
            shortage.reported(cause);
        } else {
            // The client gave up while it waited (ECONNABORTED, and what accept(2) passes on from the network).
            LOG.atTrace().addKeyValue("cause", cause.toString()).log("Client gone before it was accepted");
        }
    }

    private void pause() {
        paused = true;
        loop.schedule(this::resume, shortage.pauseMillis(), TimeUnit.MILLISECONDS);
    }

    private void deliver(int client) {
        AddressPort from = AcceptedAddress.decode(clientAddress);
        target.next(intake -> intake.accept(client, frontend, from));
    }

    private static void closeQuietly(LinuxSocket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            LOG.atTrace()
                    .addKeyValue("socket", socket)
                    .addKeyValue("cause", e.toString())
                    .log("Close failed");
        }
    }

    @Override
    public AddressPort address() {
        return address;
    }

    @Override
    public int descriptor() {
        return socket.intValue();
    }

    @Override
    public FileDescriptor fd() {
        return socket;
    }

    @Override
    public CompletableFuture<Void> close(boolean drain) {
        return CompletableFuture.runAsync(() -> closeNow(drain), loop);
    }

    /** The event loop ends. */
    @Override
    public void close() {
        closeNow(false);
    }

    private void closeNow(boolean drain) {
        if (closed) {
            return;
        }
        if (drain) {
            // As many as can wait; clients that keep coming are the next listener's business.
            accept(LONGEST_QUEUE);
        }
        closed = true;
        // First: where another process has the socket too, closing our descriptor would leave it in the epoll set.
        if (registration != null) {
            registration.cancel();
        }
        closeQuietly(socket);
    }
}
