package io.ballast.daemon.http;

import static io.ballast.daemon.http.HttpServers.ANY_PORT;
import static io.ballast.daemon.http.HttpServers.CONNECTIONS;
import static io.ballast.daemon.http.HttpServers.LONG;
import static io.ballast.daemon.http.HttpServers.PATIENT;
import static org.assertj.core.api.Assertions.assertThat;

import io.ballast.daemon.testing.RawHttp;
import io.ballast.netty.testing.Eventually;
import io.netty.channel.epoll.Epoll;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Where a listener listens, from when and until when. */
class HttpListenerTest {
    @RegisterExtension
    final HttpServers http = new HttpServers();

    @Test
    void takesAnAddressAsSoonAsItIsFree() throws Exception {
        ServerSocket holder = new ServerSocket();
        holder.bind(ANY_PORT);
        CompletableFuture<String> failure = new CompletableFuture<>();
        HttpListener listener = http.listener(
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
            HttpListener listener = http.listener(
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
        InetSocketAddress server = http.serve(
                new HttpServerSpec("test", new InetSocketAddress(wildcard, 0), PATIENT, false, LONG, false),
                call -> HttpReply.of(200, HttpReply.TEXT, call.local().getHostAddress()));

        assertThat(RawHttp.get(new InetSocketAddress("127.0.0.1", server.getPort()), "/"))
                .endsWith("\r\n\r\n127.0.0.1");
        assertThat(RawHttp.get(new InetSocketAddress("::1", server.getPort()), "/"))
                .contains("\r\n\r\n0:0:0:0:0:0:0:1");
    }

    @Test
    void worksWithoutEpoll() {
        HttpLoop nio = http.keep(new HttpLoop("nio", CONNECTIONS, false));

        InetSocketAddress server = http.serve(
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
        HttpListener listener = http.listener(
                new HttpServerSpec("test", ANY_PORT, PATIENT, false, LONG, false), (address, isFinal, message) -> {});
        listener.start();
        InetSocketAddress address = listener.bound().get(30, TimeUnit.SECONDS);
        Socket idle = http.open(address);
        http.exchange(idle);

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
        HttpListener listener = http.listener(
                new HttpServerSpec("test", address, PATIENT, false, LONG, true),
                (at, isFinal, message) -> failures.add(message));
        listener.start();
        listener.bound().get(30, TimeUnit.SECONDS);
        Socket idle = http.open(address);
        http.exchange(idle);
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
}
