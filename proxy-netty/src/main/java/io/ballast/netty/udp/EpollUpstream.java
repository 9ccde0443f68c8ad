package io.ballast.netty.udp;

import io.ballast.core.model.AddressPort;
import io.ballast.core.model.CloseReason;
import io.ballast.netty.linux.Descriptor;
import io.ballast.netty.linux.Errno;
import io.netty.buffer.ByteBuf;
import io.netty.channel.IoEvent;
import io.netty.channel.IoRegistration;
import io.netty.channel.epoll.EpollIoHandle;
import io.netty.channel.epoll.LinuxSocket;
import io.netty.channel.unix.FileDescriptor;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.PortUnreachableException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A session's socket, connected to the endpoint and driven by hand on an epoll event loop. Confined to the event loop.
 *
 * <p>Level-triggered: an event that was meant for an earlier socket of the same number finds nothing to read.
 */
final class EpollUpstream implements Upstream, EpollIoHandle {
    private static final Logger log = LoggerFactory.getLogger(EpollUpstream.class);

    private final EpollUdpLoop home;
    private final UdpSession session;
    private final LinuxSocket socket;
    private @Nullable IoRegistration registration;
    private boolean closed;

    EpollUpstream(EpollUdpLoop home, UdpSession session, LinuxSocket socket) {
        this.home = home;
        this.session = session;
        this.socket = socket;
    }

    void register() throws IOException {
        registration = home.register(this);
    }

    int descriptor() {
        return socket.intValue();
    }

    @Override
    public FileDescriptor fd() {
        return socket;
    }

    @Override
    public void send(ByteBuf datagrams, int segment) {
        home.requests().add(this, datagrams, segment);
    }

    @Override
    public void flush() {
        home.requests().flush();
    }

    @Override
    public void handle(IoRegistration from, IoEvent event) {
        try {
            if (!closed) {
                sent(home.replies().receive(descriptor(), session));
            }
        } catch (RuntimeException | Error e) {
            // Netty's loop would stop for a second after an exception, and for good after an error.
            log.atError().setCause(e).log("UDP session failed");
            session.close(CloseReason.ERROR);
        }
    }

    /** The kernel reports what ICMP said of an earlier datagram with the next call of any kind. */
    void sent(int errno) {
        if (errno == Errno.ECONNREFUSED.number()) {
            session.failed(new PortUnreachableException());
        } else if (errno == Errno.EHOSTUNREACH.number() || errno == Errno.ENETUNREACH.number()) {
            session.failed(new IOException("errno " + errno));
        } // Anything else is about one datagram, which is lost.
    }

    @Override
    public @Nullable AddressPort localAddress() {
        InetSocketAddress address = closed ? null : socket.localAddress();
        return address == null ? null : AddressPort.of(address);
    }

    @Override
    public Optional<Descriptor> release() {
        return end() ? Optional.of(Descriptor.owning(descriptor(), "socket of a UDP session")) : Optional.empty();
    }

    /** Returns false when it has ended before. */
    private boolean end() {
        boolean first = !closed;
        closed = true;
        home.requests().forget(this);
        if (first && registration != null) {
            registration.cancel();
        }
        return first;
    }

    @Override
    public void close() {
        if (!end()) {
            return;
        }
        try {
            socket.close();
        } catch (IOException e) {
            log.atTrace().addKeyValue("cause", e.toString()).log("Close failed");
        }
    }
}
