package io.ballast.netty.linux.netlink;

import io.ballast.netty.linux.SystemCalls;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * By which ports the kernel knows this process: what it tells of a change names that of the socket which asked for it.
 * Of sockets of routing those opened by this package; of others, which libraries open, those that are open now.
 * Thread-safe.
 */
final class OwnPorts {
    private static final Set<Integer> ROUTING = ConcurrentHashMap.newKeySet();
    private static final Path DESCRIPTORS = Path.of("/proc/self/fd");
    private static final int SOL_SOCKET = 1;
    private static final int SO_PROTOCOL = 38;
    private static final int SO_DOMAIN = 39;
    /** {@code struct sockaddr_nl}: family, padding, port, groups. */
    private static final int ADDRESS_LENGTH = 12;

    private OwnPorts() {}

    static void add(int port) {
        ROUTING.add(port);
    }

    static void remove(int port) {
        ROUTING.remove(port);
    }

    static boolean contains(int port) {
        return ROUTING.contains(port);
    }

    /** Ports of all netlink sockets of a protocol that this process has open. */
    static Set<Integer> ofProtocol(int protocol) {
        try (Stream<Path> descriptors = Files.list(DESCRIPTORS)) {
            return descriptors
                    .map(path -> Integer.parseInt(path.getFileName().toString()))
                    .filter(fd -> option(fd, SO_DOMAIN) == Rtnetlink.AF_NETLINK && option(fd, SO_PROTOCOL) == protocol)
                    .map(OwnPorts::portOf)
                    .collect(Collectors.toUnmodifiableSet());
        } catch (IOException e) {
            throw new UncheckedIOException("list " + DESCRIPTORS, e);
        }
    }

    static int portOf(int fd) {
        byte[] address = new byte[ADDRESS_LENGTH];
        int[] length = {ADDRESS_LENGTH};
        SystemCalls.check(
                SystemCalls.libc().getsockname(fd, address, length), () -> "ask for the port of a netlink socket");
        return ByteBuffer.wrap(address).order(ByteOrder.nativeOrder()).getInt(4);
    }

    /** -1 for what is no socket, or closed meanwhile. */
    private static int option(int fd, int option) {
        byte[] value = new byte[Integer.BYTES];
        int[] length = {value.length};
        int result = SystemCalls.libc().getsockopt(fd, SOL_SOCKET, option, value, length);
        return result < 0
                ? -1
                : ByteBuffer.wrap(value).order(ByteOrder.nativeOrder()).getInt();
    }
}
