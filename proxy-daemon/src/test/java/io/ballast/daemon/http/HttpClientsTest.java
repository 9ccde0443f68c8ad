package io.ballast.daemon.http;

import static io.ballast.daemon.http.HttpServers.ANY_PORT;
import static io.ballast.daemon.http.HttpServers.LONG;
import static io.ballast.daemon.http.HttpServers.PATIENT;
import static org.assertj.core.api.Assertions.assertThat;

import io.ballast.daemon.testing.RawHttp;
import io.ballast.netty.testing.Eventually;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Clients that are slow, and more of them than are let in. */
class HttpClientsTest {
    @RegisterExtension
    final HttpServers http = new HttpServers();

    @Test
    void clientsThatNeverFinishTheirHeadAreClosedAndDelayNobody() throws Exception {
        HttpLimits impatient = new HttpLimits(Duration.ofMillis(300), LONG, LONG);
        InetSocketAddress server = http.serve(impatient, call -> HttpReply.of(200, HttpReply.TEXT, "ok"));
        List<Socket> slow = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            slow.add(http.open(server));
            slow.get(i).getOutputStream().write("GET / HTTP/1.1\r\nHos".getBytes(StandardCharsets.US_ASCII));
        }

        assertThat(RawHttp.get(server, "/")).endsWith("ok");

        for (Socket socket : slow) {
            assertThat(socket.getInputStream().read()).isEqualTo(-1);
        }
    }

    @Test
    void clientsThatNeverReadAreClosedAndHoldLittleMemory() throws Exception {
        HttpLimits impatient = new HttpLimits(LONG, Duration.ofMillis(300), LONG);
        CountingSource endless = new CountingSource();
        InetSocketAddress server = http.serve(
                impatient,
                call -> call.path().equals("/long")
                        ? HttpReply.streamed(HttpReply.TEXT, endless)
                        : HttpReply.of(200, HttpReply.TEXT, "ok"));
        Socket stuck = http.keep(new Socket());
        stuck.setReceiveBufferSize(4096);
        stuck.setSoTimeout(30_000);
        stuck.connect(server);
        stuck.getOutputStream().write("GET /long HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII));

        assertThat(RawHttp.get(server, "/")).endsWith("ok");
        Eventually.settled(() -> endless.produced);

        assertThat(drain(stuck))
                .as("what fits into socket buffers, then the end")
                .isLessThan(64 << 20);
        assertThat(endless.produced).isLessThan(64L << 20);
    }

    @Test
    void closesTheLongestUnusedConnectionForANewOne() throws Exception {
        InetSocketAddress[] servers = twoServersWith(2);
        Socket first = http.open(servers[0]);
        Socket second = http.open(servers[1]);
        http.exchange(second);
        http.exchange(first);

        http.exchange(http.open(servers[0]));

        assertThat(second.getInputStream().read()).isEqualTo(-1);
        http.exchange(first);
    }

    /** Any number of servers: there is a health check port for each Service that wants one. */
    private InetSocketAddress[] twoServersWith(int connections) {
        HttpLoop loop = http.keep(new HttpLoop("test", connections));
        HttpServerSpec spec = new HttpServerSpec("test", ANY_PORT, PATIENT, false, LONG, false);
        Responder ok = call -> HttpReply.of(200, HttpReply.TEXT, "ok");
        return new InetSocketAddress[] {http.serve(loop, spec, ok), http.serve(loop, spec, ok)};
    }

    private static long drain(Socket socket) {
        byte[] buffer = new byte[65536];
        long total = 0;
        try {
            int read = socket.getInputStream().read(buffer);
            while (read >= 0) {
                total += read;
                read = socket.getInputStream().read(buffer);
            }
        } catch (IOException reset) {
            return total;
        }
        return total;
    }

    private static final class CountingSource implements BodySource {
        private static final String LINE = "x".repeat(1023) + "\n";
        private volatile long produced;

        @Override
        @SuppressWarnings("NonAtomicVolatileUpdate") // one writer: the loop
        public boolean appendNext(StringBuilder out) {
            out.append(LINE);
            produced += LINE.length();
            return true;
        }
    }
}
