package io.ballast.netty.linux.bpf;

import io.ballast.core.model.Frontend;
import io.ballast.core.model.IpAddress;
import io.ballast.core.model.Protocol;
import io.ballast.netty.linux.LibC;
import io.ballast.netty.linux.SystemCalls;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * A process to kill: serves port 80 of every kind of frontend, pinned in the directory of its argument, says so on a line
 * and waits. Runs in the network namespace it was started in.
 */
final class DoomedProxy {

    static final String READY = "serving";

    private static final int AF_INET = 2;
    private static final int AF_INET6 = 10;
    private static final int SOCK_STREAM = 1;
    private static final int SOCK_DGRAM = 2;

    private DoomedProxy() {}

    public static void main(String[] arguments) throws IOException {
        SocketLookup lookup = SocketLookups.attach(Path.of(arguments[0]));
        for (LookupCase kind : LookupCase.values()) {
            serve(lookup, kind);
        }
        System.out.println(READY);
        if (System.in.read() >= 0) {
            lookup.close();
        }
    }

    /** The kernel completes handshakes by itself: nobody needs to accept. */
    private static void serve(SocketLookup lookup, LookupCase kind) {
        LibC libc = SystemCalls.libc();
        boolean tcp = kind.protocol() == Protocol.TCP;
        boolean ipv4 = kind.loopback().isIpv4();
        int socket = SystemCalls.check(
                libc.socket(ipv4 ? AF_INET : AF_INET6, tcp ? SOCK_STREAM : SOCK_DGRAM, 0), () -> "socket");
        byte[] address = SocketAddresses.encode(kind.loopback(), 0);
        SystemCalls.check(libc.bind(socket, address, address.length), () -> "bind");
        if (tcp) {
            SystemCalls.check(libc.listen(socket, 16), () -> "listen");
        }
        int listener = lookup.addListener(socket, own(socket, kind));
        lookup.put(Map.of(kind.frontend(80), Steering.to(listener)));
        lookup.guard(List.of(kind.clusterIp()));
    }

    private static Frontend own(int socket, LookupCase kind) {
        byte[] name = new byte[28];
        SystemCalls.check(SystemCalls.libc().getsockname(socket, name, new int[] {name.length}), () -> "getsockname");
        int port = Byte.toUnsignedInt(name[2]) << 8 | Byte.toUnsignedInt(name[3]);
        int start = kind.loopback().isIpv4() ? 4 : 8;
        int length = kind.loopback().isIpv4() ? 4 : 16;
        return kind.at(IpAddress.of(Arrays.copyOfRange(name, start, start + length)), port);
    }
}
