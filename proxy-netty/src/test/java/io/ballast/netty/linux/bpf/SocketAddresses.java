package io.ballast.netty.linux.bpf;

import io.ballast.core.model.IpAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** {@code struct sockaddr_in} and {@code sockaddr_in6}. */
final class SocketAddresses {

    private static final short AF_INET = 2;
    private static final short AF_INET6 = 10;

    private SocketAddresses() {}

    static byte[] encode(IpAddress address, int port) {
        ByteBuffer buffer = ByteBuffer.allocate(address.isIpv4() ? 16 : 28).order(ByteOrder.nativeOrder());
        buffer.putShort(address.isIpv4() ? AF_INET : AF_INET6);
        buffer.put((byte) (port >>> 8)).put((byte) port);
        if (!address.isIpv4()) {
            buffer.putInt(0);
        }
        buffer.put(address.toBytes());
        return buffer.array();
    }
}
