package io.ballast.netty.udp;

import io.ballast.netty.linux.Errno;
import io.netty.channel.IoEvent;
import io.netty.channel.IoRegistration;
import io.netty.channel.epoll.EpollIoHandle;
import io.netty.channel.epoll.LinuxSocket;
import io.netty.channel.unix.FileDescriptor;
import java.io.IOException;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A socket that clients' datagrams come to. Confined to its event loop. */
final class EpollUdpListener implements EpollIoHandle {
    private static final Logger log = LoggerFactory.getLogger(EpollUdpListener.class);
    /** Batches before other sockets get their turn. */
    private static final int BATCHES_PER_TURN = 4;

    private final EpollUdpLoop home;
    private final LinuxSocket socket;
    private final IntFunction<@Nullable UdpFrontend> frontendOf;
    private final Runnable end;
    private @Nullable IoRegistration registration;
    private boolean closed;

    /**
     * Receives nothing before {@link #start}.
     *
     * @param frontendOf tells from a slot of {@link EpollRequests#slots} which frontend its datagram is for
     * @param end what to do when the socket is closed
     */
    EpollUdpListener(
            EpollUdpLoop home, LinuxSocket socket, IntFunction<@Nullable UdpFrontend> frontendOf, Runnable end) {
        this.home = home;
        this.socket = socket;
        this.frontendOf = frontendOf;
        this.end = end;
        home.add(this);
    }

    /** Has clients' datagrams from now on. */
    void start() throws IOException {
        if (registration == null && !closed) {
            registration = home.register(this);
        }
    }

    /** Leaves clients' datagrams to who has the socket as well. */
    void stop() {
        if (registration != null) {
            registration.cancel();
            registration = null;
        }
    }

    int descriptor() {
        return socket.intValue();
    }

    @Override
    public FileDescriptor fd() {
        return socket;
    }

    @Override
    public void handle(IoRegistration from, IoEvent event) {
        try {
            boolean more = true;
            for (int batch = 0; batch < BATCHES_PER_TURN && more && registration != null; batch++) {
                more = receive();
            }
        } catch (RuntimeException | Error e) {
            // Netty's loop would stop for a second after an exception, and for good after an error.
            log.atError().setCause(e).log("UDP listener failed");
        }
    }

    /** @return whether there may be more */
    private boolean receive() {
        DatagramSlots slots = home.requests().slots();
        int count = slots.receive(descriptor(), 0);
        if (count < 0) {
            if (count != -Errno.EAGAIN.number()) {
                log.atDebug().addKeyValue("errno", -count).log("UDP socket reported an error");
            }
            return false;
        }
        for (int slot = 0; slot < count; slot++) {
            UdpFrontend frontend = frontendOf.apply(slot);
            if (frontend != null) {
                frontend.receive(slots.sender(slot), slots.ingress(slot), slots.datagrams(slot), slots.segment(slot));
            }
        }
        home.requests().flush();
        return count == slots.count();
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        home.replies().flush();
        end.run();
        stop();
        home.forget(this);
        try {
            socket.close();
        } catch (IOException e) {
            log.atTrace().addKeyValue("cause", e.toString()).log("Close failed");
        }
    }
}
