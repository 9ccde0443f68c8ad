package io.ballast.netty.tcp;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.ballast.core.model.CloseReason;
import io.ballast.netty.testing.LeakGuard;
import java.net.Socket;
import org.junit.jupiter.api.extension.ExtendWith;

/** The end of a stream, where it is seen together with the bytes before it. */
@ExtendWith(LeakGuard.class)
class LastBytesSocketTest {
    @EveryRelay
    void passesTheLastBytesAndTheEndOn(RelayKind kind) throws Exception {
        try (TestEndpoint endpoint = TestEndpoint.start();
                TestDatapath path = TestDatapath.start(kind, new TestService(endpoint.address()));
                Socket client = path.connect();
                Socket server = endpoint.accept()) {
            BusyLoops busy = BusyLoops.start(path.loops);
            client.getOutputStream().write("question".getBytes(US_ASCII));
            client.shutdownOutput();
            server.getOutputStream().write("answer".getBytes(US_ASCII));
            server.shutdownOutput();
            busy.end();

            assertThat(server.getInputStream().readAllBytes()).asString().isEqualTo("question");
            assertThat(client.getInputStream().readAllBytes()).asString().isEqualTo("answer");
            path.awaitNoConnections();
            assertThat(path.service.stats.connectionsClosed(CloseReason.FINISHED))
                    .isEqualTo(1);
        }
    }

    @EveryRelay
    void passesOnWhatFollowsUrgentData(RelayKind kind) throws Exception {
        try (TestEndpoint endpoint = TestEndpoint.start();
                TestDatapath path = TestDatapath.start(kind, new TestService(endpoint.address()));
                Socket client = path.connect();
                Socket server = endpoint.accept()) {
            BusyLoops busy = BusyLoops.start(path.loops);
            client.getOutputStream().write("before,".getBytes(US_ASCII));
            client.sendUrgentData('!');
            client.getOutputStream().write("after".getBytes(US_ASCII));
            client.shutdownOutput();
            busy.end();

            assertThat(server.getInputStream().readAllBytes()).asString().isEqualTo("before,after");
            server.shutdownOutput();
            path.awaitNoConnections();
            assertThat(path.service.stats.connectionsClosed(CloseReason.FINISHED))
                    .isEqualTo(1);
        }
    }
}
