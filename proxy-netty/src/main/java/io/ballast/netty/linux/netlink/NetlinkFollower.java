package io.ballast.netty.linux.netlink;

import io.ballast.netty.linux.Descriptor;
import io.ballast.netty.linux.Errno;
import io.ballast.netty.linux.LibC;
import io.ballast.netty.linux.NativeMemory;
import io.ballast.netty.linux.SystemCallException;
import io.ballast.netty.linux.SystemCalls;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Receives what a netlink socket gets, on a daemon thread of its own, and owns the socket. The listener is called on that
 * thread, one message after the other; while it takes its time messages queue in the kernel. Thread-safe.
 */
final class NetlinkFollower implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(NetlinkFollower.class);
    private static final int EFD_CLOEXEC = 0x80000;
    private static final short POLLIN = 1;
    /** {@code struct pollfd}: descriptor, wanted events, events. */
    private static final int POLLFD_LENGTH = 8;

    private static final Set<Errno> LOSSES = Set.of(Errno.ENOBUFS, Errno.EBADMSG);

    private final LibC libc = SystemCalls.libc();
    private final Listener listener;
    private final NetlinkSocket socket;
    private final Descriptor wakeup;
    private final Thread thread;

    /** Hears what comes. */
    interface Listener {
        void received(NetlinkMessage message);

        /** The kernel had more messages than room. What follows was sent after the loss. */
        void lost();
    }

    private NetlinkFollower(String name, NetlinkSocket socket, Descriptor wakeup, Listener listener) {
        this.socket = socket;
        this.wakeup = wakeup;
        this.listener = listener;
        this.thread = new Thread(this::run, name);
        thread.setDaemon(true);
    }

    static NetlinkFollower start(String name, NetlinkSocket socket, Listener listener) {
        try {
            int fd = SystemCalls.check(SystemCalls.libc().eventfd(0, EFD_CLOEXEC), () -> "make eventfd");
            NetlinkFollower follower =
                    new NetlinkFollower(name, socket, Descriptor.owning(fd, "monitor wakeup"), listener);
            follower.thread.start();
            return follower;
        } catch (RuntimeException e) {
            socket.close();
            throw e;
        }
    }

    private void run() {
        try {
            follow();
        } catch (RuntimeException e) {
            log.atError()
                    .setCause(e)
                    .addKeyValue("monitor", thread.getName())
                    .log("A monitor failed, changes go unnoticed");
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

    /** @return false when the follower is to end */
    private boolean await(NativeMemory descriptors) {
        SystemCalls.check(
                SystemCalls.uninterrupted(() -> libc.poll(descriptors.pointer(), 2, -1)),
                () -> "wait for netlink messages");
        return descriptors.pointer().getShort(POLLFD_LENGTH + 6) == 0;
    }

    private void receive() {
        try {
            socket.receiveNow().forEach(message -> tell(() -> listener.received(message)));
        } catch (SystemCallException e) {
            if (LOSSES.contains(e.errno())) {
                // What is queued is older than what was lost: told after the listener's fresh look it would mislead.
                drain();
                tell(listener::lost);
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

    private void tell(Runnable event) {
        try {
            event.run();
        } catch (RuntimeException e) {
            log.atError().setCause(e).addKeyValue("monitor", thread.getName()).log("Listener failed on an event");
        }
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
            SystemCalls.check(libc.write(wakeup.number(), one.pointer(), Long.BYTES), () -> "wake " + thread.getName());
        }
    }
}
