package io.ballast.daemon.http;

import static io.ballast.daemon.http.HttpServers.PATIENT;
import static org.assertj.core.api.Assertions.assertThat;

import io.ballast.daemon.testing.RawHttp;
import java.net.InetSocketAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What single requests are answered. */
class HttpAnswersTest {
    @RegisterExtension
    final HttpServers http = new HttpServers();

    @Test
    void answersAsGoDoesByteForByte() {
        InetSocketAddress server = http.serve(PATIENT, call -> HttpReply.of(200, HttpReply.JSON, "{}"));

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
        InetSocketAddress server = http.serve(PATIENT, call -> HttpReply.notFound());

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
        InetSocketAddress server = http.serve(PATIENT, call -> HttpReply.of(200, HttpReply.TEXT, "twelve bytes"));

        String answer = RawHttp.send(server, "HEAD / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");

        assertThat(answer).contains("Content-Length: 12\r\n").endsWith("\r\n\r\n");
    }

    @Test
    void decodesPathAndQuery() {
        InetSocketAddress server =
                http.serve(PATIENT, call -> HttpReply.of(200, HttpReply.TEXT, call.path() + "|" + call.parameter("q")));

        assertThat(RawHttp.body(RawHttp.get(server, "/a%20b?q=c%2Fd&q=e"))).isEqualTo("/a b|c/d");
    }

    @Test
    void malformedRequestsAreAnsweredAndClosed() {
        InetSocketAddress server = http.serve(PATIENT, call -> HttpReply.of(200, HttpReply.TEXT, "unreached"));

        assertThat(RawHttp.send(server, "GET / HTTP/1.1\r\nbad header line\r\n\r\n"))
                .startsWith("HTTP/1.1 400 Bad Request\r\n");
        assertThat(RawHttp.get(server, "/" + "x".repeat(HttpLimits.MAX_REQUEST_LINE_BYTES)))
                .startsWith("HTTP/1.1 400 Bad Request\r\n");
        assertThat(RawHttp.get(server, "/%zz")).startsWith("HTTP/1.1 400 Bad Request\r\n");
    }

    @Test
    void failureOfOneRequestIsA500AndHarmsNoOther() {
        InetSocketAddress server = http.serve(PATIENT, call -> {
            if (call.path().equals("/bad")) {
                throw new IllegalStateException("broken on purpose");
            }
            return HttpReply.of(200, HttpReply.TEXT, "fine");
        });

        assertThat(RawHttp.get(server, "/bad")).startsWith("HTTP/1.1 500 ");
        assertThat(RawHttp.get(server, "/good")).startsWith("HTTP/1.1 200 OK").endsWith("fine");
    }
}
