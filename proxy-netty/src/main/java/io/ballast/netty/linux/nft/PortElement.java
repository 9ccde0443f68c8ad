package io.ballast.netty.linux.nft;

import io.ballast.core.model.IpAddress;
import io.ballast.core.model.Protocol;
import java.util.Arrays;

/**
 * An element of a set whose type is {@code ipv4_addr . inet_proto . inet_service}, or the same with
 * {@code ipv6_addr}. Immutable.
 */
public record PortElement(IpAddress address, Protocol protocol, int port) {
    /** @throws IllegalArgumentException where the text is not an element in numbers */
    static PortElement parse(String text) {
        String[] fields = text.strip().split(" \\. ", -1);
        if (fields.length != 3) {
            throw new IllegalArgumentException("not an element of address, protocol and port: \"" + text + "\"");
        }
        int number = Integer.parseInt(fields[1]);
        Protocol protocol = Arrays.stream(Protocol.values())
                .filter(candidate -> candidate.number() == number)
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("unknown protocol in \"" + text + "\""));
        // Timeouts, counters and comments follow the key.
        return new PortElement(
                IpAddress.parse(fields[0]), protocol, Integer.parseInt(fields[2].split(" ", 2)[0]));
    }

    /** As the nft language takes it, in numbers, since small images have no /etc/protocols: {@code 10.0.0.1 . 6 . 80}. */
    @Override
    public String toString() {
        return address + " . " + protocol.number() + " . " + port;
    }
}
