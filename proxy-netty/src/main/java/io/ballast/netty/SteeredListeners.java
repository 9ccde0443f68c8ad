package io.ballast.netty;

import io.ballast.core.model.AddressPort;
import io.ballast.core.model.Frontend;
import io.ballast.core.model.IpAddress;
import io.ballast.core.model.IpFamily;
import io.ballast.core.model.Protocol;
import io.ballast.netty.intercept.SkLookupInterceptor;
import io.ballast.netty.linux.bpf.SocketLookup;
import io.ballast.netty.listener.ListenerOptions;
import io.ballast.netty.listener.TcpListener;
import io.ballast.netty.udp.SteeredUdp;
import io.ballast.netty.udp.UdpDatapath;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Opens what the socket lookup leads clients to: for each protocol and family one reuseport group, bound where nobody
 * dials. The program refuses who does. Stateless; called from the sync thread.
 */
final class SteeredListeners {
    private static final Logger log = LoggerFactory.getLogger(SteeredListeners.class);
    private static final List<IpAddress> OWN = List.of(IpAddress.parse("127.0.0.1"), IpAddress.parse("::1"));

    private SteeredListeners() {}

    static SkLookupInterceptor.Listeners open(SocketLookup lookup, TcpDatapath tcp, UdpDatapath udp) {
        return new SkLookupInterceptor.Listeners(tcp(lookup, tcp), udp(lookup, udp));
    }

    private static Map<IpFamily, Integer> tcp(SocketLookup lookup, TcpDatapath tcp) {
        Map<IpFamily, Integer> numbers = new EnumMap<>(IpFamily.class);
        for (IpAddress own : OWN) {
            try {
                TcpListener listener = tcp.openListener(
                        new AddressPort(own, 0),
                        ListenerOptions.PLAIN
                                .withTransparent(true)
                                .withPerLoop(true)
                                .withRedirected(true));
                AddressPort bound = listener.address();
                numbers.put(
                        own.family(),
                        lookup.addListener(listener.descriptors()[0], new Frontend(Protocol.TCP, own, bound.port())));
            } catch (IOException e) {
                if (own.isIpv4()) {
                    throw new UncheckedIOException("listen for clients of all frontends on " + own, e);
                }
                log.atInfo().addKeyValue("reason", e.getMessage()).log("This host has no IPv6");
            }
        }
        return numbers;
    }

    /** Closed by the data path itself. */
    private static Map<IpFamily, Integer> udp(SocketLookup lookup, UdpDatapath udp) {
        Map<IpFamily, Integer> numbers = new EnumMap<>(IpFamily.class);
        for (IpAddress own : OWN) {
            try {
                SteeredUdp steered = udp.steer(own);
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
