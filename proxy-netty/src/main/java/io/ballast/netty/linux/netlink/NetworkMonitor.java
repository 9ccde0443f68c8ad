package io.ballast.netty.linux.netlink;

import io.ballast.netty.linux.Descriptor;
import io.ballast.netty.linux.Errno;
import io.ballast.netty.linux.LibC;
import io.ballast.netty.linux.NativeMemory;
import io.ballast.netty.linux.SystemCallException;
import io.ballast.netty.linux.SystemCalls;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows changes of links, addresses and routes on a daemon thread of its own, in the network namespace of the thread
 * that starts it. Events come from the moment {@link #start} returns, so who starts first and reads the state then
 * misses nothing. The listener is called on the monitor's thread, one event after the other; while it takes its time
 * events queue in the kernel, up to some thousands. Thread-safe.
 */
public final class NetworkMonitor implements AutoCloseable {
    /** What to follow. */
    public enum Topic {
        LINKS(1),
        ADDRESSES(1 << 4 | 1 << 8),
        ROUTES(1 << 6 | 1 << 10);

        /** RTNLGRP_ numbers of both families, less one, as bits. */
        private final int groups;

        Topic(int groups) {
            this.groups = groups;
        }
    }

    private static final Logger log = LoggerFactory.getLogger(NetworkMonitor.class);
    private static final int EFD_CLOEXEC = 0x80000;
    private static final short POLLIN = 1;
    /** {@code struct pollfd}: descriptor, wanted events, events. */
    private static final int POLLFD_LENGTH = 8;

    private static final Set<Errno> LOSSES = Set.of(Errno.ENOBUFS, Errno.EBADMSG);

    private final LibC libc = SystemCalls.libc();
    private final Consumer<NetworkEvent> listener;
    private final NetlinkSocket socket;
    private final Descriptor wakeup;
    private final Thread thread;

    private NetworkMonitor(NetlinkSocket socket, Descriptor wakeup, Consumer<NetworkEvent> listener) {
        this.socket = socket;
        this.wakeup = wakeup;
        this.listener = listener;
        this.thread = new Thread(this::run, "network-monitor");
        thread.setDaemon(true);
    }

    public static NetworkMonitor start(Set<Topic> topics, Consumer<NetworkEvent> listener) {
        int groups = topics.stream().mapToInt(topic -> topic.groups).reduce(0, (a, b) -> a | b);
        NetlinkSocket socket = NetlinkSocket.open(groups);
        try {
            int fd = SystemCalls.check(SystemCalls.libc().eventfd(0, EFD_CLOEXEC), () -> "make eventfd");
            NetworkMonitor monitor = new NetworkMonitor(socket, Descriptor.owning(fd, "monitor wakeup"), listener);
            monitor.thread.start();
            return monitor;
        } catch (RuntimeException e) {
            socket.close();
            throw e;
        }
    }

    private void run() {
        try {
            follow();
        } catch (RuntimeException e) {
            log.atError().setCause(e).log("Network monitor failed, changes of the network go unnoticed");
        } finally {
            synchronized (this) {
                wakeup.close();
            }
        }
    }

    private void follow() {
        try (socket;
                NativeMemory descriptors = NativeMemory.allocate(2 * POLLFD_LENGTH)) {
            descriptors.pointer().putInt(0, socket.fd());
            descriptors.pointer().putShort(4, POLLIN);
            descriptors.pointer().putInt(POLLFD_LENGTH, wakeup.number());
            descriptors.pointer().putShort(POLLFD_LENGTH + 4, POLLIN);
            while (await(descriptors)) {
                receive();
            }
        }
    }

    /** @return false when the monitor is to end */
    private boolean await(NativeMemory descriptors) {
        SystemCalls.check(
                SystemCalls.uninterrupted(() -> libc.poll(descriptors.pointer(), 2, -1)),
                () -> "wait for network events");
        return descriptors.pointer().getShort(POLLFD_LENGTH + 6) == 0;
    }

    private void receive() {
        try {
            socket.receiveNow().forEach(message -> read(message).ifPresent(this::tell));
        } catch (SystemCallException e) {
            if (LOSSES.contains(e.errno())) {
                // What is queued is older than what was lost: told after the listener's fresh look it would mislead.
                drain();
                tell(new NetworkEvent.EventsLost());
            } else if (e.errno() != Errno.EAGAIN) {
                throw e;
            }
        }
    }

    private void drain() {
        while (true) {
            try {
                socket.receiveNow();
            } catch (SystemCallException e) {
                if (e.errno() == Errno.EAGAIN) {
                    return;
                }
                if (!LOSSES.contains(e.errno())) {
                    throw e;
                }
            }
        }
    }

    private void tell(NetworkEvent event) {
        try {
            listener.accept(event);
        } catch (RuntimeException e) {
            log.atError().setCause(e).addKeyValue("event", event).log("Listener failed on a network event");
        }
    }

    private static Optional<NetworkEvent> read(NetlinkMessage message) {
        return switch (message.type()) {
            case Rtnetlink.RTM_NEWLINK -> LinkMessages.readLink(message).map(NetworkEvent.LinkChanged::new);
            case Rtnetlink.RTM_DELLINK -> LinkMessages.readLink(message).map(NetworkEvent.LinkRemoved::new);
            case Rtnetlink.RTM_NEWADDR -> LinkMessages.readAddress(message).map(NetworkEvent.AddressChanged::new);
            case Rtnetlink.RTM_DELADDR -> LinkMessages.readAddress(message).map(NetworkEvent.AddressRemoved::new);
            case Rtnetlink.RTM_NEWROUTE -> RouteMessages.read(message).map(NetworkEvent.RouteChanged::new);
            case Rtnetlink.RTM_DELROUTE -> RouteMessages.read(message).map(NetworkEvent.RouteRemoved::new);
            default -> Optional.empty();
        };
    }

    /** Ends the thread and waits for it, unless called by the listener. */
    @Override
    public void close() {
        synchronized (this) {
            if (wakeup.isOpen()) {
                wake();
            }
        }
        if (Thread.currentThread() != thread) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private void wake() {
        try (NativeMemory one = NativeMemory.allocate(Long.BYTES)) {
            one.pointer().putLong(0, 1);
            SystemCalls.check(libc.write(wakeup.number(), one.pointer(), Long.BYTES), () -> "wake network monitor");
        }
    }
}
