package io.ballast.netty.linux.netlink;

import io.ballast.netty.linux.Descriptor;
import io.ballast.netty.linux.LibC;
import io.ballast.netty.linux.NativeMemory;
import io.ballast.netty.linux.SystemCallException;
import io.ballast.netty.linux.SystemCalls;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/**
 * A raw rtnetlink socket with its buffers: sends bytes, receives messages. Confined to one thread at a time; bound to
 * the network namespace of the thread that opens it.
 */
final class NetlinkSocket implements AutoCloseable {
    /** Requests of one send. Their replies, at most one each, fit the receive buffer with room to spare. */
    static final int BATCH = 128;

    private static final int SOCK_RAW_CLOEXEC = 3 | 0x80000;
    private static final int NETLINK_ROUTE = 0;
    private static final int SOL_SOCKET = 1;
    private static final int SO_RCVBUF = 8;
    private static final int SO_RCVTIMEO = 20;
    private static final int SO_RCVBUFFORCE = 33;
    private static final int SOL_NETLINK = 270;
    private static final int NETLINK_CAP_ACK = 10;
    private static final int NETLINK_EXT_ACK = 11;
    private static final int NETLINK_GET_STRICT_CHK = 12;
    private static final int MSG_PEEK = 0x2;
    private static final int MSG_TRUNC = 0x20;
    private static final int MSG_DONTWAIT = 0x40;

    private static final int RECEIVE_BUFFER = 4 << 20;
    private static final int REPLY_TIMEOUT_SECONDS = 30;
    /** The kernel fills at most 32 KiB per read of a dump, unless one object needs more: a link with many names. */
    private static final int FIRST_READ_BUFFER = 32 << 10;

    private final LibC libc = SystemCalls.libc();
    private final Descriptor descriptor;
    /** By which the kernel knows the socket, as long as it is open. */
    private final int port;

    private final NativeMemory sendMemory = NativeMemory.allocate(BATCH * 256);
    private NativeMemory readMemory = NativeMemory.allocate(FIRST_READ_BUFFER);

    private NetlinkSocket(Descriptor descriptor) {
        this.descriptor = descriptor;
        this.port = OwnPorts.portOf(descriptor.number());
    }

    /** @param groups multicast groups to receive, one bit each (group 1 is bit 0); 0 for a socket to ask with */
    static NetlinkSocket open(int groups) {
        return open(NETLINK_ROUTE, groups, SocketFilter.ALL);
    }

    /**
     * A socket of another protocol.
     *
     * @param filter of what shall be received
     */
    static NetlinkSocket open(int protocol, int groups, SocketFilter filter) {
        LibC libc = SystemCalls.libc();
        int fd = SystemCalls.check(
                libc.socket(Rtnetlink.AF_NETLINK, SOCK_RAW_CLOEXEC, protocol), () -> "open netlink socket");
        Descriptor descriptor = Descriptor.owning(fd, "netlink socket");
        try {
            configure(libc, fd);
            filter.attach(fd);
            byte[] address = ByteBuffer.allocate(12)
                    .order(ByteOrder.nativeOrder())
                    .putShort((short) Rtnetlink.AF_NETLINK)
                    .putInt(8, groups)
                    .array();
            SystemCalls.check(libc.bind(fd, address, address.length), () -> "bind netlink socket");
            NetlinkSocket socket = new NetlinkSocket(descriptor);
            OwnPorts.add(socket.port);
            return socket;
        } catch (RuntimeException e) {
            descriptor.close();
            throw e;
        }
    }

    private static void configure(LibC libc, int fd) {
        // Only with CAP_NET_ADMIN may the buffer exceed net.core.rmem_max; the fallback is capped by it, silently.
        if (set(libc, fd, SOL_SOCKET, SO_RCVBUFFORCE, RECEIVE_BUFFER) < 0) {
            SystemCalls.check(set(libc, fd, SOL_SOCKET, SO_RCVBUF, RECEIVE_BUFFER), () -> "size netlink socket");
        }
        byte[] timeout = ByteBuffer.allocate(16)
                .order(ByteOrder.nativeOrder())
                .putLong(REPLY_TIMEOUT_SECONDS)
                .array();
        SystemCalls.check(
                libc.setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, timeout, timeout.length), () -> "limit netlink waits");
        // Kernels that lack one of these answer longer or less clearly, and all filters are checked again here.
        for (int option : new int[] {NETLINK_CAP_ACK, NETLINK_EXT_ACK, NETLINK_GET_STRICT_CHK}) {
            set(libc, fd, SOL_NETLINK, option, 1);
        }
    }

    private static int set(LibC libc, int fd, int level, int option, int value) {
        byte[] bytes = ByteBuffer.allocate(Integer.BYTES)
                .order(ByteOrder.nativeOrder())
                .putInt(value)
                .array();
        return libc.setsockopt(fd, level, option, bytes, bytes.length);
    }

    /** The descriptor's number, to poll. */
    int fd() {
        return descriptor.number();
    }

    /** Sends requests in one datagram, numbered from {@code sequence} on; the last is to be acknowledged in any case. */
    void send(List<NetlinkRequest> requests, int sequence, int lastFlags) {
        int length = requests.stream().mapToInt(NetlinkRequest::length).sum();
        ByteBuffer buffer = ByteBuffer.allocate(length).order(ByteOrder.nativeOrder());
        for (int i = 0; i < requests.size(); i++) {
            requests.get(i).writeTo(buffer, sequence + i, i == requests.size() - 1 ? lastFlags : 0);
        }
        if (length > sendMemory.size()) {
            throw new IllegalArgumentException(requests.size() + " netlink requests of " + length + " bytes");
        }
        sendMemory.pointer().put(0, buffer.array(), 0, length);
        int sent = SystemCalls.uninterrupted(
                () -> (int) libc.sendto(descriptor.number(), sendMemory.pointer(), length, 0, null, 0));
        SystemCalls.check(sent, () -> "send " + requests.size() + " netlink requests");
    }

    /**
     * Waits for messages.
     *
     * @throws SystemCallException ENOBUFS when messages were lost for want of room, EAGAIN when none came in time
     */
    List<NetlinkMessage> receive() {
        return receive(0);
    }

    /** As {@link #receive()}, but with EAGAIN at once when no message is there. */
    List<NetlinkMessage> receiveNow() {
        return receive(MSG_DONTWAIT);
    }

    private List<NetlinkMessage> receive(int flags) {
        // What is cut off is lost, and leaves a dump under way that blocks the next: ask for the length first.
        int waiting = receive(0, flags | MSG_PEEK | MSG_TRUNC);
        if (waiting > readMemory.size()) {
            readMemory.close();
            readMemory = NativeMemory.allocate(waiting);
        }
        return NetlinkMessage.parse(readMemory.bytes(0, receive(readMemory.size(), flags)));
    }

    private int receive(long room, int flags) {
        int length = SystemCalls.uninterrupted(
                () -> (int) libc.recv(descriptor.number(), readMemory.pointer(), room, flags));
        return SystemCalls.check(length, () -> "receive netlink messages");
    }

    @Override
    public void close() {
        OwnPorts.remove(port);
        descriptor.close();
        sendMemory.close();
        readMemory.close();
    }
}
