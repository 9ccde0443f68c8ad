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
import io.ballast.netty.listener.ListenerOptions;
import io.ballast.netty.tcp.TcpSettings;
import io.ballast.netty.testing.NetworkNamespace;
import io.ballast.netty.testing.Resources;
import io.ballast.netty.transport.EventLoops;
import io.ballast.netty.transport.IoTransport;
import java.io.IOException;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@RequiresRoot
class TcpFrontendSocketsTest {
    private static final int LOOPS = 4;

    @RegisterExtension
    final Resources resources = new Resources();

    private final Router router = new Router(client -> Source.OUTSIDE, new MasqueradeRules(false, false));

    @ParameterizedTest
    @CsvSource({"true, true, 4", "true, false, 1", "false, true, 1", "false, false, 1"})
    void hasASocketForEachLoopWhereThatIsWantedAndGranted(boolean wanted, boolean granted, int expected)
            throws Exception {
        NetworkNamespace namespace = resources.keep(NetworkNamespace.create());

        int descriptors = namespace.run(() -> open(wanted, granted));

        assertThat(descriptors).isEqualTo(expected);
    }

    private int open(boolean wanted, boolean granted) throws IOException {
        EventLoops loops = resources.keep(EventLoops.start(IoTransport.EPOLL, LOOPS));
        TcpDatapath datapath = new TcpDatapath(loops, router, TcpSettings.DEFAULTS);
        TcpFrontendSockets sockets =
                new TcpFrontendSockets(datapath, ListenerOptions.PLAIN.withPerLoop(wanted), new InheritedSockets());
        Frontend frontend = new Frontend(Protocol.TCP, IpAddress.parse("127.0.0.1"), 80);
        return resources.keep(sockets.open(frontend, false, granted)).descriptors();
    }
}
