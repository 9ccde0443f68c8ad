package io.ballast.daemon.testing;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;

/**
 * Stands before fabric8's mock server in CRUD mode, which watches over WebSockets only, and speaks the API's plain
 * streaming watch; on the way it injects faults. Thread-safe.
 */
public final class MockServerGateway implements AutoCloseable {
    private final String mock;
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final TestSockets sockets = new TestSockets(null, this::handle);
    private final TestFaults faults = new TestFaults();
    private final List<TestRequest> requests = new CopyOnWriteArrayList<>();
    private final Set<TestWatch> watches = ConcurrentHashMap.newKeySet();

    /**
     * @param mock the mock server's URL, without a slash at the end
     */
    public MockServerGateway(String mock) {
        this.mock = mock;
        sockets.open();
    }

    public String url() {
        return sockets.url();
    }

    public void open() {
        sockets.open();
    }

    @Override
    public void close() {
        sockets.close();
    }

    public void failNext(Predicate<TestRequest> when, TestFault fault) {
        faults.add(when, fault);
    }

    public void cutWatches() {
        watches.forEach(TestWatch::cut);
    }

    public void expireWatches() {
        watches.forEach(TestWatch::expire);
    }

    public int openWatches() {
        return watches.size();
    }

    public long count(Predicate<TestRequest> which) {
        return requests.stream().filter(which).count();
    }

    public int connections() {
        return sockets.accepted();
    }

    private boolean handle(TestConnection connection, int number, TestConnection.Message message)
            throws IOException, InterruptedException {
        TestRequest request = TestRequest.of(message, number, "");
        requests.add(request);
        TestFault fault = faults.take(request);
        if (TestFaults.replaces(fault, connection)) {
            return !(fault instanceof TestFault.Hangup);
        }
        if (request.isWatch()) {
            connection.beginChunks();
            TestWatch watch = new TestWatch(connection, watches::remove);
            watches.add(watch);
            client.newWebSocketBuilder()
                    .buildAsync(URI.create(mock.replaceFirst("^http", "ws") + message.target()), new Relay(watch))
                    .join();
            return false;
        }
        HttpResponse<byte[]> answer = client.send(
                HttpRequest.newBuilder(URI.create(mock + message.target())).build(),
                HttpResponse.BodyHandlers.ofByteArray());
        byte[] body = answer.body();
        int sent = fault instanceof TestFault.Truncated truncated ? truncated.bytes() : body.length;
        connection.answer(answer.statusCode(), "", body, sent);
        if (sent < body.length) {
            connection.cut();
            return false;
        }
        return true;
    }

    /** One text message of the mock is one line of the watch. */
    private static final class Relay implements WebSocket.Listener {
        private final TestWatch watch;
        private final StringBuilder message = new StringBuilder();

        Relay(TestWatch watch) {
            this.watch = watch;
        }

        @Override
        public CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
            message.append(data);
            if (last) {
                watch.write(message + "\n");
                message.setLength(0);
            }
            return WebSocket.Listener.super.onText(socket, data, last);
        }

        @Override
        public CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
            watch.end();
            return WebSocket.Listener.super.onClose(socket, code, reason);
        }
    }
}
