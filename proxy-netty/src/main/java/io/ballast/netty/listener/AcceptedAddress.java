package io.ballast.netty.listener;

import io.ballast.core.model.AddressPort;
import io.ballast.core.model.IpAddress;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * How Netty's {@code Socket.accept} writes the client's address: one byte of length, the address (four bytes, or
 * sixteen and four of scope), four bytes of port. Stateless.
 */
final class AcceptedAddress {
    static final int LENGTH = 25;

    private static final int IPV4_LENGTH = 8;

    private AcceptedAddress() {}

    static AddressPort decode(byte[] accepted) {
        int length = accepted[0];
        int port = ByteBuffer.wrap(accepted).getInt(length - 3);
        if (length == IPV4_LENGTH) {
            return new AddressPort(IpAddress.ofIpv4(ByteBuffer.wrap(accepted).getInt(1)), port);
        }
        return new AddressPort(IpAddress.of(Arrays.copyOfRange(accepted, 1, 17)), port);
    }
}
