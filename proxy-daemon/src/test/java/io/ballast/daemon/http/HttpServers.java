package io.ballast.daemon.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.ballast.daemon.testing.RawHttp;
import io.ballast.netty.testing.Resources;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** HTTP servers of a test, and clients of them: all end after the test. Confined to one thread. */
final class HttpServers implements AfterEachCallback {
    static final InetSocketAddress ANY_PORT = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    static final Duration LONG = Duration.ofMinutes(5);
    static final HttpLimits PATIENT = new HttpLimits(LONG, LONG, LONG);

    /** How many clients a server lets in. */
    static final int CONNECTIONS = 64;

    private final Resources opened = new Resources();

    /** Ends the resource after the test. */
    <T extends AutoCloseable> T keep(T resource) {
        return opened.keep(resource);
    }

    /** One that is not started yet, and answers {@code ok}. */
    HttpListener listener(HttpServerSpec spec, BindListener bindListener) {
        HttpLoop loop = opened.keep(new HttpLoop("test", CONNECTIONS));
        return opened.keep(new HttpListener(loop, spec, call -> HttpReply.of(200, HttpReply.TEXT, "ok"), bindListener));
    }

    InetSocketAddress serve(HttpLimits limits, Responder responder) {
        return serve(new HttpServerSpec("test", ANY_PORT, limits, false, LONG, false), responder);
    }

    InetSocketAddress serve(HttpServerSpec spec, Responder responder) {
        return serve(opened.keep(new HttpLoop("test", CONNECTIONS)), spec, responder);
    }

    InetSocketAddress serve(HttpLoop loop, HttpServerSpec spec, Responder responder) {
        HttpListener listener = opened.keep(new HttpListener(loop, spec, responder, (address, isFinal, message) -> {}));
        listener.start();
        return listener.bound().orTimeout(30, TimeUnit.SECONDS).join();
    }

    Socket open(InetSocketAddress server) throws IOException {
        return opened.keep(RawHttp.open(server));
    }

    /** Sends a request on a connection that stays open, and reads the answer, which has to be {@code ok}. */
    void exchange(Socket socket) throws IOException {
        socket.getOutputStream().write("GET / HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        InputStream in = socket.getInputStream();
        StringBuilder answer = new StringBuilder();
        while (answer.indexOf("\r\n\r\nok") < 0) {
            int next = in.read();
            assertThat(next).as(answer.toString()).isNotEqualTo(-1);
            answer.append((char) next);
        }
    }

    @Override
    public void afterEach(ExtensionContext context) throws Exception {
        opened.close();
    }
}
