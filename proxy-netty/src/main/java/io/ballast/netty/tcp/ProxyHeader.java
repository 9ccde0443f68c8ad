package io.ballast.netty.tcp;

import io.ballast.core.model.AddressPort;
import io.ballast.core.model.ProxyProtocol;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * The PROXY protocol header, which tells an endpoint who its client is and what it dialled
 * (haproxy.org, {@code doc/proxy-protocol.txt}). Stateless.
 */
final class ProxyHeader {
    private static final byte[] V2_SIGNATURE = {0x0d, 0x0a, 0x0d, 0x0a, 0x00, 0x0d, 0x0a, 0x51, 0x55, 0x49, 0x54, 0x0a};
    private static final byte VERSION_2_PROXY = 0x21;
    private static final byte TCP_OVER_IPV4 = 0x11;
    private static final byte TCP_OVER_IPV6 = 0x21;
    private static final int PORTS_LENGTH = 4;

    private ProxyHeader() {}

    /** Both addresses are of one family, as client and frontend of a connection always are. */
    static byte[] encode(ProxyProtocol version, AddressPort client, AddressPort frontend) {
        return switch (version) {
            case V1 -> text(client, frontend);
            case V2 -> binary(client, frontend);
        };
    }

    private static byte[] text(AddressPort client, AddressPort frontend) {
        String line = "PROXY " + (client.address().isIpv4() ? "TCP4 " : "TCP6 ") + client.address() + " "
                + frontend.address() + " " + client.port() + " " + frontend.port() + "\r\n";
        return line.getBytes(StandardCharsets.US_ASCII);
    }

    private static byte[] binary(AddressPort client, AddressPort frontend) {
        byte[] source = client.address().toBytes();
        byte[] destination = frontend.address().toBytes();
        int length = source.length + destination.length + PORTS_LENGTH;
        return ByteBuffer.allocate(V2_SIGNATURE.length + 4 + length)
                .put(V2_SIGNATURE)
                .put(VERSION_2_PROXY)
                .put(client.address().isIpv4() ? TCP_OVER_IPV4 : TCP_OVER_IPV6)
                .putShort((short) length)
                .put(source)
                .put(destination)
                .putShort((short) client.port())
                .putShort((short) frontend.port())
                .array();
    }
}
