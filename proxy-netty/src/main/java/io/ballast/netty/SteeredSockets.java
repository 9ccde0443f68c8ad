package io.ballast.netty;

import io.ballast.core.model.IpAddress;
import io.ballast.core.model.IpFamily;
import io.ballast.netty.handover.SocketKey;
import io.ballast.netty.linux.bpf.SocketLookup;
import io.ballast.netty.udp.SteeredUdp;
import io.ballast.netty.udp.UdpDatapath;
import java.io.IOException;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Opens what the socket lookup leads datagrams to: for each family one reuseport group, bound where nobody sends. The
 * program refuses who does. {@link LookupAttachment} has the same for TCP. Stateless; called from the sync thread.
 */
final class SteeredSockets {
    private static final Logger log = LoggerFactory.getLogger(SteeredSockets.class);

    private SteeredSockets() {}

    /** Numbers of sockets, which the data path itself closes. */
    static Map<IpFamily, Integer> udp(SocketLookup lookup, UdpDatapath udp, List<SocketKey> shared) {
        Map<IpFamily, Integer> numbers = new EnumMap<>(IpFamily.class);
        for (IpAddress own : LookupAttachment.OWN) {
            try {
                SteeredUdp steered = udp.steer(own, shared);
                numbers.put(own.family(), lookup.addListener(steered.descriptor(), steered.own()));
            } catch (IOException e) {
                log.atInfo()
                        .addKeyValue("family", own.family())
                        .addKeyValue("reason", e.getMessage())
                        .log("UDP frontends are bound one by one: none works beside a host process on its port");
            }
        }
        return numbers;
    }
}
