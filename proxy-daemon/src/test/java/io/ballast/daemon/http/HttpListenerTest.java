package io.ballast.daemon.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.ballast.daemon.testing.RawHttp;
import io.ballast.netty.testing.Eventually;
import io.ballast.netty.testing.Resources;
import io.netty.channel.epoll.Epoll;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HttpListenerTest {
    private static final InetSocketAddress ANY_PORT = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    private static final Duration LONG = Duration.ofMinutes(5);
    private static final int CONNECTIONS = 64;
    private static final HttpLimits PATIENT = new HttpLimits(LONG, LONG, LONG);

    @RegisterExtension
    final Resources opened = new Resources();

    @Test
    void answersAsGoDoesByteForByte() {
        InetSocketAddress server = serve(PATIENT, call -> HttpReply.of(200, HttpReply.JSON, "{}"));

        String answer = RawHttp.send(server, "GET / HTTP/1.1\r\nHost: x\r\n\r\nGET / HTTP/1.0\r\n\r\n");

        assertThat(RawHttp.head(answer)).isEqualTo("""
                HTTP/1.1 200 OK\r
                Content-Type: application/json\r
                X-Content-Type-Options: nosniff\r
                Date: now\r
                Content-Length: 2\r
                \r
                """);
        assertThat(RawHttp.body(answer)).startsWith("{}HTTP/1.0 200 OK\r\n").endsWith("\r\n\r\n{}");
    }

    @Test
    void saysCloseWhenItCloses() {
        InetSocketAddress server = serve(PATIENT, call -> HttpReply.notFound());

        String answer = RawHttp.get(server, "/nowhere");

        assertThat(RawHttp.head(answer)).isEqualTo("""
                HTTP/1.1 404 Not Found\r
                Content-Type: text/plain; charset=utf-8\r
                X-Content-Type-Options: nosniff\r
                Date: now\r
                Content-Length: 19\r
                Connection: close\r
                \r
                """);
        assertThat(RawHttp.body(answer)).isEqualTo("404 page not found\n");
    }

    @Test
    void headHasNoBodyButItsLength() {
        InetSocketAddress server = serve(PATIENT, call -> HttpReply.of(200, HttpReply.TEXT, "twelve bytes"));

        String answer = RawHttp.send(server, "HEAD / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");

        assertThat(answer).contains("Content-Length: 12\r\n").endsWith("\r\n\r\n");
    }

    @Test
    void decodesPathAndQuery() {
        InetSocketAddress server =
                serve(PATIENT, call -> HttpReply.of(200, HttpReply.TEXT, call.path() + "|" + call.parameter("q")));

        assertThat(RawHttp.body(RawHttp.get(server, "/a%20b?q=c%2Fd&q=e"))).isEqualTo("/a b|c/d");
    }

    @Test
    void malformedRequestsAreAnsweredAndClosed() {
        InetSocketAddress server = serve(PATIENT, call -> HttpReply.of(200, HttpReply.TEXT, "unreached"));

        assertThat(RawHttp.send(server, "GET / HTTP/1.1\r\nbad header line\r\n\r\n"))
                .startsWith("HTTP/1.1 400 Bad Request\r\n");
        assertThat(RawHttp.get(server, "/" + "x".repeat(HttpLimits.MAX_REQUEST_LINE_BYTES)))
                .startsWith("HTTP/1.1 400 Bad Request\r\n");
        assertThat(RawHttp.get(server, "/%zz")).startsWith("HTTP/1.1 400 Bad Request\r\n");
    }

    @Test
    void failureOfOneRequestIsA500AndHarmsNoOther() {
        InetSocketAddress server = serve(PATIENT, call -> {
            if (call.path().equals("/bad")) {
                throw new IllegalStateException("broken on purpose");
            }
            return HttpReply.of(200, HttpReply.TEXT, "fine");
        });

        assertThat(RawHttp.get(server, "/bad")).startsWith("HTTP/1.1 500 ");
        assertThat(RawHttp.get(server, "/good")).startsWith("HTTP/1.1 200 OK").endsWith("fine");
    }

    @Test
    void clientsThatNeverFinishTheirHeadAreClosedAndDelayNobody() throws Exception {
        HttpLimits impatient = new HttpLimits(Duration.ofMillis(300), LONG, LONG);
        InetSocketAddress server = serve(impatient, call -> HttpReply.of(200, HttpReply.TEXT, "ok"));
        List<Socket> slow = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            slow.add(open(server));
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
        InetSocketAddress server = serve(
                impatient,
                call -> call.path().equals("/long")
                        ? HttpReply.streamed(HttpReply.TEXT, endless)
                        : HttpReply.of(200, HttpReply.TEXT, "ok"));
        Socket stuck = opened.keep(new Socket());
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

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 3})
    void bodiesThatEndWhereAChunkDoesEndForTheClientToo(int chunks) {
        String chunk = "x".repeat(PulledBody.CHUNK_CHARS);
        InetSocketAddress server = serve(PATIENT, call -> {
            AtomicInteger left = new AtomicInteger(chunks);
            return HttpReply.streamed(HttpReply.TEXT, out -> {
                if (left.get() == 0) {
                    return false;
                }
                left.decrementAndGet();
                out.append(chunk);
                return true;
            });
        });

        String answer = RawHttp.send(server, "GET / HTTP/1.0\r\n\r\n");

        assertThat(RawHttp.body(answer)).isEqualTo(chunk.repeat(chunks));
    }

    @Test
    void longBodiesArriveWhole() {
        InetSocketAddress server = serve(PATIENT, call -> HttpReply.streamed(HttpReply.TEXT, new Numbers(200_000)));

        String answer = RawHttp.send(server, "GET / HTTP/1.0\r\n\r\n");

        assertThat(answer).startsWith("HTTP/1.0 200 OK\r\n").doesNotContain("chunked");
        assertThat(RawHttp.body(answer))
                .startsWith("0\n1\n2\n")
                .endsWith("\n199999\n")
                .hasLineCount(200_000);
        assertThat(RawHttp.get(server, "/"))
                .contains("Transfer-Encoding: chunked\r\n")
                .endsWith("0\r\n\r\n");
    }

    @Test
    void compressesForThoseWhoAsk() throws Exception {
        InetSocketAddress server = serve(
                new HttpServerSpec("test", ANY_PORT, PATIENT, true, LONG, false),
                call -> HttpReply.streamed(HttpReply.TEXT, new Numbers(100_000)));
        try (Socket socket = open(server)) {
            socket.getOutputStream()
                    .write("GET / HTTP/1.1\r\nHost: x\r\nAccept-Encoding: gzip\r\nConnection: close\r\n\r\n"
                            .getBytes(StandardCharsets.US_ASCII));
            byte[] answer = socket.getInputStream().readAllBytes();
            String latin = new String(answer, StandardCharsets.ISO_8859_1);
            assertThat(latin).containsIgnoringCase("Content-Encoding: gzip\r\n");
            byte[] body = dechunk(latin.substring(latin.indexOf("\r\n\r\n") + 4));
            String text = new String(
                    new GZIPInputStream(new ByteArrayInputStream(body)).readAllBytes(), StandardCharsets.UTF_8);
            assertThat(text).endsWith("\n99999\n");
            assertThat(body.length).isLessThan(text.length() / 2);
        }
        assertThat(RawHttp.get(server, "/")).doesNotContainIgnoringCase("gzip").contains("\n99999\n");
    }

    private static byte[] dechunk(String chunked) {
        StringBuilder body = new StringBuilder();
        int at = 0;
        while (true) {
            int lineEnd = chunked.indexOf("\r\n", at);
            int size = Integer.parseInt(chunked.substring(at, lineEnd), 16);
            if (size == 0) {
                return body.toString().getBytes(StandardCharsets.ISO_8859_1);
            }
            body.append(chunked, lineEnd + 2, lineEnd + 2 + size);
            at = lineEnd + 2 + size + 2;
        }
    }

    @Test
    void closesTheLongestUnusedConnectionForANewOne() throws Exception {
        InetSocketAddress[] servers = twoServersWith(2);
        Socket first = open(servers[0]);
        Socket second = open(servers[1]);
        exchange(second);
        exchange(first);

        exchange(open(servers[0]));

        assertThat(second.getInputStream().read()).isEqualTo(-1);
        exchange(first);
    }

    /** Any number of servers: there is a health check port for each Service that wants one. */
    private InetSocketAddress[] twoServersWith(int connections) {
        HttpLoop loop = opened.keep(new HttpLoop("test", connections));
        HttpServerSpec spec = new HttpServerSpec("test", ANY_PORT, PATIENT, false, LONG, false);
        Responder ok = call -> HttpReply.of(200, HttpReply.TEXT, "ok");
        return new InetSocketAddress[] {serve(loop, spec, ok), serve(loop, spec, ok)};
    }

    private void exchange(Socket socket) throws IOException {
        socket.getOutputStream().write("GET / HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        InputStream in = socket.getInputStream();
        StringBuilder answer = new StringBuilder();
        while (answer.indexOf("\r\n\r\nok") < 0) {
            int next = in.read();
            assertThat(next).as(answer.toString()).isNotEqualTo(-1);
            answer.append((char) next);
        }
    }

    @Test
    void takesAnAddressAsSoonAsItIsFree() throws Exception {
        ServerSocket holder = new ServerSocket();
        holder.bind(ANY_PORT);
        CompletableFuture<String> failure = new CompletableFuture<>();
        HttpListener listener = listener(
                new HttpServerSpec(
                        "healthz",
                        (InetSocketAddress) holder.getLocalSocketAddress(),
                        PATIENT,
                        false,
                        Duration.ofMillis(20),
                        false),
                (address, isFinal, message) -> failure.complete(isFinal + " " + message));

        listener.start();

        assertThat(failure.get(30, TimeUnit.SECONDS))
                .startsWith("false failed to start healthz on 127.0.0.1:" + holder.getLocalPort() + ": ");
        assertThat(listener.bound()).isNotDone();
        holder.close();
        InetSocketAddress address = listener.bound().get(30, TimeUnit.SECONDS);
        assertThat(RawHttp.get(address, "/")).endsWith("ok");
    }

    @Test
    void hardFailureIsFinal() throws Exception {
        try (ServerSocket holder = new ServerSocket()) {
            holder.bind(ANY_PORT);
            CompletableFuture<Boolean> failure = new CompletableFuture<>();
            HttpListener listener = listener(
                    new HttpServerSpec(
                            "healthz", (InetSocketAddress) holder.getLocalSocketAddress(), PATIENT, false, LONG, true),
                    (address, isFinal, message) -> failure.complete(isFinal));

            listener.start();

            assertThat(failure.get(30, TimeUnit.SECONDS)).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"0.0.0.0", "::"})
    void aWildcardServesBothFamilies(String wildcard) {
        InetSocketAddress server = serve(
                new HttpServerSpec("test", new InetSocketAddress(wildcard, 0), PATIENT, false, LONG, false),
                call -> HttpReply.of(200, HttpReply.TEXT, call.local().getHostAddress()));

        assertThat(RawHttp.get(new InetSocketAddress("127.0.0.1", server.getPort()), "/"))
                .endsWith("\r\n\r\n127.0.0.1");
        assertThat(RawHttp.get(new InetSocketAddress("::1", server.getPort()), "/"))
                .contains("\r\n\r\n0:0:0:0:0:0:0:1");
    }

    @Test
    void worksWithoutEpoll() {
        HttpLoop nio = opened.keep(new HttpLoop("nio", CONNECTIONS, false));

        InetSocketAddress server = serve(
                nio,
                new HttpServerSpec("test", new InetSocketAddress("0.0.0.0", 0), PATIENT, false, LONG, false),
                call -> HttpReply.of(200, HttpReply.TEXT, "ok"));

        assertThat(Epoll.isAvailable()).as("the other tests run on epoll").isTrue();
        assertThat(RawHttp.get(new InetSocketAddress("127.0.0.1", server.getPort()), "/"))
                .endsWith("ok");
        assertThat(RawHttp.get(new InetSocketAddress("::1", server.getPort()), "/"))
                .endsWith("ok");
    }

    @Test
    void closingEndsConnectionsAndFreesTheAddress() throws Exception {
        HttpListener listener = listener(
                new HttpServerSpec("test", ANY_PORT, PATIENT, false, LONG, false), (address, isFinal, message) -> {});
        listener.start();
        InetSocketAddress address = listener.bound().get(30, TimeUnit.SECONDS);
        Socket idle = open(address);
        exchange(idle);

        listener.close();

        assertThat(idle.getInputStream().read()).isEqualTo(-1);
        try (ServerSocket successor = new ServerSocket()) {
            successor.setReuseAddress(true);
            successor.bind(address);
        }
    }

    @Test
    void listensAgainWhenItIsStartedAgain() throws Exception {
        InetSocketAddress address;
        try (ServerSocket free = new ServerSocket()) {
            free.bind(ANY_PORT);
            address = (InetSocketAddress) free.getLocalSocketAddress();
        }
        List<String> failures = new CopyOnWriteArrayList<>();
        HttpListener listener = listener(
                new HttpServerSpec("test", address, PATIENT, false, LONG, true),
                (at, isFinal, message) -> failures.add(message));
        listener.start();
        listener.bound().get(30, TimeUnit.SECONDS);
        Socket idle = open(address);
        exchange(idle);
        listener.close();
        assertThat(idle.getInputStream().read()).isEqualTo(-1);

        listener.start();
        listener.start();

        Eventually.until("it answers again", () -> isAnswered(address));
        assertThat(failures).isEmpty();
    }

    private static boolean isAnswered(InetSocketAddress address) {
        try {
            return RawHttp.get(address, "/").endsWith("ok");
        } catch (UncheckedIOException refused) {
            return false;
        }
    }

    private HttpListener listener(HttpServerSpec spec, BindListener bindListener) {
        HttpLoop loop = opened.keep(new HttpLoop("test", CONNECTIONS));
        return opened.keep(new HttpListener(loop, spec, call -> HttpReply.of(200, HttpReply.TEXT, "ok"), bindListener));
    }

    private InetSocketAddress serve(HttpLimits limits, Responder responder) {
        return serve(new HttpServerSpec("test", ANY_PORT, limits, false, LONG, false), responder);
    }

    private InetSocketAddress serve(HttpServerSpec spec, Responder responder) {
        return serve(opened.keep(new HttpLoop("test", CONNECTIONS)), spec, responder);
    }

    private InetSocketAddress serve(HttpLoop loop, HttpServerSpec spec, Responder responder) {
        HttpListener listener = opened.keep(new HttpListener(loop, spec, responder, (address, isFinal, message) -> {}));
        listener.start();
        return listener.bound().orTimeout(30, TimeUnit.SECONDS).join();
    }

    private Socket open(InetSocketAddress server) throws IOException {
        return opened.keep(RawHttp.open(server));
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

    private static final class Numbers implements BodySource {
        private final int end;
        private int next;

        Numbers(int end) {
            this.end = end;
        }

        @Override
        public boolean appendNext(StringBuilder out) {
            if (next == end) {
                return false;
            }
            out.append(next++).append('\n');
            return true;
        }
    }
}
