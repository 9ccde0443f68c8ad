package io.ballast.netty.udp;

import io.ballast.core.model.AddressPort;
import io.ballast.core.model.IpFamily;
import io.ballast.netty.clientip.UpstreamBinding;
import io.ballast.netty.linux.Descriptor;
import io.netty.channel.IoEventLoop;
import io.netty.channel.IoRegistration;
import io.netty.channel.epoll.EpollIoHandle;
import io.netty.channel.epoll.EpollIoOps;
import io.netty.channel.epoll.LinuxSocket;
import java.io.IOException;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the UDP sockets of one epoll event loop share: memory for batches, and raw sockets for answers. Confined to the
 * event loop.
 */
final class EpollUdpLoop implements UpstreamConnector {
    /** Datagrams of one system call; memory for twice as many of the largest is set aside. */
    static final int BATCH = 32;

    private static final Logger log = LoggerFactory.getLogger(EpollUdpLoop.class);

    private final IoEventLoop loop;
    private final UdpSettings settings;
    private final EpollRequests requests;
    private final EpollReplies replies;
    private final Map<IpFamily, PortUnreachables> unreachables = new EnumMap<>(IpFamily.class);
    private final Set<EpollUdpListener> listeners = new LinkedHashSet<>();

    /** On the event loop. */
    EpollUdpLoop(IoEventLoop loop, UdpSettings settings) {
        this.loop = loop;
        this.settings = settings;
        this.requests = new EpollRequests(BATCH);
        this.replies = new EpollReplies(loop, BATCH);
    }

    @Override
    public Upstream connect(UdpSession session, @Nullable UpstreamBinding source) throws IOException {
        LinuxSocket socket =
                EpollUdpSockets.connected(session.facts().endpoint(), source, settings.sessionReceiveBufferBytes());
        return open(session, socket);
    }

    @Override
    public Upstream adopt(UdpSession session, Descriptor connected) throws IOException {
        return open(session, LinuxSocket.newSocket(connected.release()));
    }

    private Upstream open(UdpSession session, LinuxSocket socket) throws IOException {
        if (settings.descriptors().isReserved(socket.intValue())) {
            socket.close();
            throw new IOException("too many open files: " + socket.intValue() + " is not for relaying");
        }
        EpollUpstream upstream = new EpollUpstream(this, session, socket);
        upstream.register();
        return upstream;
    }

    void add(EpollUdpListener listener) {
        listeners.add(listener);
    }

    void forget(EpollUdpListener listener) {
        listeners.remove(listener);
    }

    void startListening() {
        for (EpollUdpListener listener : listeners) {
            try {
                listener.start();
            } catch (IOException e) {
                log.atWarn().setCause(e).log("A UDP socket of an earlier process cannot be read");
            }
        }
    }

    void stopListening() {
        listeners.forEach(EpollUdpListener::stop);
    }

    EpollRequests requests() {
        return requests;
    }

    EpollReplies replies() {
        return replies;
    }

    /** Asks for what is there to be read. */
    IoRegistration register(EpollIoHandle handle) throws IOException {
        IoRegistration registration = loop.register(handle).getNow();
        if (registration == null) {
            handle.fd().close();
            throw new IOException("not called on the event loop, or it has ended");
        }
        registration.submit(EpollIoOps.EPOLLIN);
        return registration;
    }

    /** Tells a client that nobody listens where it sent its datagram, if privileges allow that. */
    void unreachable(AddressPort client, int scope, AddressPort frontend) {
        unreachables
                .computeIfAbsent(frontend.address().family(), PortUnreachables::open)
                .send(client, scope, frontend);
    }

    /** On the event loop. */
    void close() {
        unreachables.values().forEach(PortUnreachables::close);
    }
}
