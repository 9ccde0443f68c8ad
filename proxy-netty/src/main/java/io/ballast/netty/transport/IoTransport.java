package io.ballast.netty.transport;

import io.ballast.netty.linux.SystemCalls;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollDatagramChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.DatagramChannel;
import io.netty.channel.socket.ServerSocketChannel;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.channel.uring.IoUring;
import io.netty.channel.uring.IoUringDatagramChannel;
import io.netty.channel.uring.IoUringIoHandler;
import io.netty.channel.uring.IoUringServerSocketChannel;
import io.netty.channel.uring.IoUringSocketChannel;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** How event loops talk to the kernel; the option {@code --transport}. <em>Immutable, thread-safe.</em> */
public enum IoTransport {
    /** epoll(7): the default on Linux, with every socket option that interception needs. */
    EPOLL(EpollServerSocketChannel.class, EpollSocketChannel.class, EpollDatagramChannel.class),
    /** io_uring(7): opt-in; takes over no listening sockets that were opened elsewhere. */
    IO_URING(IoUringServerSocketChannel.class, IoUringSocketChannel.class, IoUringDatagramChannel.class),
    /** The JDK's selector: works everywhere, binds plainly and only to addresses that the host owns. */
    NIO(NioServerSocketChannel.class, NioSocketChannel.class, NioDatagramChannel.class);

    /** The value of {@code --transport} that leaves the choice to {@link #automatic()}. */
    public static final String AUTO = "auto";

    static {
        // Netty 4.2.18 stops reading a socket whose reset arrives together with its last bytes when it polls multishot:
        // the poll reports edges, and there is no second one. Read by Netty when io_uring is first used.
        String multishot = "io.netty.iouring.pollAddMultishotEnabled";
        if (System.getProperty(multishot) == null) {
            System.setProperty(multishot, "false");
        }
    }

    /** For Netty: no bound on the events of one turn but what has been ready at once. */
    private static final int GROWING_EVENTS = 0;

    private final Class<? extends ServerSocketChannel> serverSocketChannel;
    private final Class<? extends SocketChannel> socketChannel;
    private final Class<? extends DatagramChannel> datagramChannel;

    IoTransport(
            Class<? extends ServerSocketChannel> serverSocketChannel,
            Class<? extends SocketChannel> socketChannel,
            Class<? extends DatagramChannel> datagramChannel) {
        this.serverSocketChannel = serverSocketChannel;
        this.socketChannel = socketChannel;
        this.datagramChannel = datagramChannel;
    }

    /** epoll where it works, else NIO. */
    public static IoTransport automatic() {
        return EPOLL.isAvailable() ? EPOLL : NIO;
    }

    /**
     * The transport that a value of {@code --transport} names.
     *
     * @throws IllegalArgumentException when it names none; the message lists the values
     */
    public static IoTransport parse(String value) {
        if (value.equals(AUTO)) {
            return automatic();
        }
        for (IoTransport transport : values()) {
            if (transport.label().equals(value)) {
                return transport;
            }
        }
        throw new IllegalArgumentException("\"" + value + "\" is not a transport; use auto, epoll, io_uring or nio");
    }

    /** {@code io_uring}. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    public boolean isAvailable() {
        return unavailability().isEmpty();
    }

    /** Why this host cannot use it (no such kernel, native library not loadable, seccomp), or empty. */
    public Optional<String> unavailability() {
        return switch (this) {
            // Its sockets are driven by calls of our own.
            case EPOLL -> reason(Epoll::unavailabilityCause).or(SystemCalls::unavailability);
            case IO_URING -> reason(IoUring::unavailabilityCause);
            case NIO -> Optional.empty();
        };
    }

    private static Optional<String> reason(Supplier<@Nullable Throwable> cause) {
        try {
            return Optional.ofNullable(cause.get()).map(IoTransport::innermost);
        } catch (LinkageError e) {
            return Optional.of(innermost(e));
        }
    }

    private static String innermost(Throwable failure) {
        Throwable cause = failure;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause.getMessage() == null ? cause.toString() : cause.getMessage();
    }

    /** Sockets of this transport have descriptors: they take socket options by number and can be handed over. */
    public boolean hasDescriptors() {
        return this != NIO;
    }

    public IoHandlerFactory newHandlerFactory() {
        return switch (this) {
            case EPOLL -> EpollIoHandler.newFactory(GROWING_EVENTS, () -> new BriefPolling(System::nanoTime));
            case IO_URING -> IoUringIoHandler.newFactory();
            case NIO -> NioIoHandler.newFactory();
        };
    }

    public Class<? extends ServerSocketChannel> serverSocketChannel() {
        return serverSocketChannel;
    }

    public Class<? extends SocketChannel> socketChannel() {
        return socketChannel;
    }

    public Class<? extends DatagramChannel> datagramChannel() {
        return datagramChannel;
    }
}
