package io.ballast.daemon.admin;

import static org.assertj.core.api.Assertions.assertThat;

import io.ballast.core.testing.RequiresCommand;
import io.ballast.daemon.http.HttpCall;
import io.ballast.daemon.http.HttpLimits;
import io.ballast.daemon.http.HttpListener;
import io.ballast.daemon.http.HttpLoop;
import io.ballast.daemon.http.HttpReply;
import io.ballast.daemon.http.HttpServerSpec;
import io.ballast.daemon.http.Responder;
import io.ballast.daemon.testing.Browser;
import io.ballast.netty.testing.Await;
import io.ballast.netty.testing.Resources;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The status page in a browser, while its daemon answers and while it does not. */
@RequiresCommand("chromium")
class StatusPageIT {
    private static final int SERVICES = 8;
    private static final Duration LIMIT = Duration.ofMinutes(1);

    /** One for all tests: it takes much longer to start than they do. */
    private static Browser browser;

    @RegisterExtension
    final Resources opened = new Resources();

    private final FakeCluster cluster = new FakeCluster(SERVICES);
    private HttpListener listener;
    private volatile State state = State.ANSWERS;

    /** What the daemon does. */
    private enum State {
        ANSWERS,
        /** Its port is closed. */
        GONE,
        /** Its port is open and nothing comes back, as with a process that is stopped. */
        HANGS,
        REFUSES
    }

    private final class Moody implements Responder {
        private final AdminResponder daemon =
                new AdminResponder(StatusPagePreview.model(cluster), InstantSource.system());

        @Override
        public HttpReply answer(HttpCall call) {
            throw new AssertionError("the server asks for answers that may come later");
        }

        @Override
        public CompletionStage<HttpReply> answerLater(HttpCall call) {
            return switch (state) {
                case ANSWERS, GONE -> daemon.answerLater(call);
                case HANGS -> new CompletableFuture<>();
                case REFUSES -> CompletableFuture.completedFuture(Api.error(503, "not now"));
            };
        }
    }

    @BeforeAll
    static void openTheBrowser(@TempDir Path profile) throws Exception {
        browser = Browser.open(profile);
    }

    @AfterAll
    static void closeTheBrowser() throws Exception {
        if (browser != null) {
            browser.close();
        }
    }

    @BeforeEach
    void openThePage() throws Exception {
        InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), freePort());
        HttpLoop loop = opened.keep(new HttpLoop("admin", 64));
        HttpServerSpec spec = new HttpServerSpec(
                "metrics server", address, HttpLimits.ADMIN, true, HttpServerSpec.RETRY_INTERVAL, false);
        listener = opened.keep(new HttpListener(loop, spec, new Moody(), (failed, last, message) -> {}));
        listener.start();
        listener.bound().get();
        browser.show(URI.create("http://127.0.0.1:" + address.getPort() + "/"));
        awaitText("health", "serving");
        await("Services are listed", "document.querySelectorAll('main tbody .row').length", "" + SERVICES);
    }

    private static int freePort() throws Exception {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private void become(State next) {
        state = next;
        if (next == State.GONE) {
            listener.close();
        } else {
            listener.start();
        }
    }

    private void await(String what, String expression, String value) throws Exception {
        Await.until(what, LIMIT, () -> browser.evaluate(expression).equals(value));
    }

    private void awaitText(String id, String part) throws Exception {
        Await.until(id + " says " + part, LIMIT, () -> text(id).contains(part));
    }

    private String text(String id) throws Exception {
        return browser.evaluate("document.getElementById('" + id + "').innerText");
    }

    private String services() throws Exception {
        return browser.evaluate("document.querySelector('main tbody').innerText");
    }

    @ParameterizedTest
    @CsvSource({"GONE, cannot be reached", "HANGS, does not answer within", "REFUSES, answered 503"})
    void keepsTheLastPictureMarkedAsOldWhileTheDaemonIsAway(State away, String reason) throws Exception {
        assertThat(text("stale")).isEmpty();

        become(away);
        awaitText("stale", reason);
        assertThat(text("stale")).containsPattern("What is shown is from \\d\\d:\\d\\d:\\d\\d");
        assertThat(text("health")).isEqualTo("no answer from the daemon");
        assertThat(text("node")).isEqualTo("worker-17.eu-central");
        assertThat(services()).contains("10.96.");
        assertThat(browser.evaluate("getComputedStyle(document.querySelector('main')).opacity"))
                .isNotEqualTo("1");

        become(State.ANSWERS);
        awaitText("health", "serving");
        assertThat(text("stale")).isEmpty();
        assertThat(browser.evaluate("getComputedStyle(document.querySelector('main')).opacity"))
                .isEqualTo("1");
        assertThat(browser.exceptions()).isEmpty();
    }

    @Test
    void explainsNothingWhileTheDaemonHangsAndSaysSo() throws Exception {
        browser.evaluate("document.getElementById('tab-explain').click()");
        browser.evaluate("document.getElementById('client').value = '10.244.1.7'");
        browser.evaluate("document.getElementById('frontend').value = '10.96.0.1:80'");
        become(State.HANGS);

        browser.evaluate("document.querySelector('.explain .primary').click()");

        awaitText("panel", "The daemon does not answer within");
        become(State.ANSWERS);
        browser.evaluate("document.querySelector('.explain .primary').click()");
        awaitText("panel", "10.244.1.7 → 10.96.0.1:80");
        assertThat(browser.exceptions()).isEmpty();
    }
}
