package io.ballast.daemon.http;

import static io.ballast.daemon.http.HttpServers.ANY_PORT;
import static io.ballast.daemon.http.HttpServers.LONG;
import static io.ballast.daemon.http.HttpServers.PATIENT;
import static org.assertj.core.api.Assertions.assertThat;

import io.ballast.daemon.testing.RawHttp;
import java.io.ByteArrayInputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Bodies that are written in pieces. */
class HttpBodiesTest {
    @RegisterExtension
    final HttpServers http = new HttpServers();

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 3})
    void bodiesThatEndWhereAChunkDoesEndForTheClientToo(int chunks) {
        String chunk = "x".repeat(PulledBody.CHUNK_CHARS);
        InetSocketAddress server = http.serve(PATIENT, call -> {
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
        InetSocketAddress server =
                http.serve(PATIENT, call -> HttpReply.streamed(HttpReply.TEXT, new Numbers(200_000)));

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
        InetSocketAddress server = http.serve(
                new HttpServerSpec("test", ANY_PORT, PATIENT, true, LONG, false),
                call -> HttpReply.streamed(HttpReply.TEXT, new Numbers(100_000)));
        try (Socket socket = http.open(server)) {
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
