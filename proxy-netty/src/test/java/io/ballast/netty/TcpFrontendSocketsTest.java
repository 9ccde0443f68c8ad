package io.ballast.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.ballast.core.model.Frontend;
import io.ballast.core.model.IpAddress;
import io.ballast.core.model.Protocol;
import io.ballast.core.routing.MasqueradeRules;
import io.ballast.core.routing.Router;
import io.ballast.core.routing.Source;
import io.ballast.core.testing.RequiresRoot;
import io.ballast.netty.handover.InheritedSockets;
import io.ballast.netty.linux.DescriptorLimit;
import io.ballast.netty.listener.ListenerOptions;
import io.ballast.netty.tcp.TcpSettings;
import io.ballast.netty.testing.NetworkNamespace;
import io.ballast.netty.testing.Resources;
import io.ballast.netty.transport.EventLoops;
import io.ballast.netty.transport.IoTransport;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

@RequiresRoot
class TcpFrontendSocketsTest {
    private static final int LOOPS = 4;
    /** 32 are for everything else, and 48 of the rest may listen. */
    private static final DescriptorLimit LIMIT = new DescriptorLimit(96);

    @RegisterExtension
    final Resources resources = new Resources();

    private final Router router = new Router(client -> Source.OUTSIDE, new MasqueradeRules(false, false));

    @Test
    void hasASocketForEachLoopWhileThatTakesLessThanHalfOfWhatMayListen() throws Exception {
        NetworkNamespace namespace = resources.keep(NetworkNamespace.create());

        List<Integer> descriptors = namespace.run(() -> open(30));

        assertThat(descriptors.subList(0, 24 / LOOPS)).containsOnly(LOOPS);
        assertThat(descriptors.subList(24 / LOOPS, descriptors.size())).containsOnly(1);
    }

    private List<Integer> open(int frontends) throws IOException {
        EventLoops loops = resources.keep(EventLoops.start(IoTransport.EPOLL, LOOPS));
        TcpDatapath datapath = new TcpDatapath(loops, router, TcpSettings.DEFAULTS);
        TcpFrontendSockets sockets = new TcpFrontendSockets(
                datapath, ListenerOptions.PLAIN.withPerLoop(true), new InheritedSockets(), LIMIT);
        List<Integer> descriptors = new ArrayList<>();
        for (int port = 1; port <= frontends; port++) {
            Frontend frontend = new Frontend(Protocol.TCP, IpAddress.parse("127.0.0.1"), port);
            descriptors.add(resources.keep(sockets.open(frontend, false)).descriptors());
        }
        return descriptors;
    }
}
