package io.ballast.daemon.testing;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;
import java.util.zip.GZIPOutputStream;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * A small API server: lists (with paging), watches (resume, bookmarks, 410, selectors that objects enter and leave) and
 * events, over HTTP or TLS, on a loopback port that survives a restart. Faults are injected by request. An open watch
 * holds no thread, so that thousands fit. Thread-safe.
 */
public final class TestApiServer implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int GZIP_FROM_BYTES = 128 * 1024;

    private final TestObjectStore store = new TestObjectStore();
    private final TestEvents events = new TestEvents();
    private final List<TestRequest> requests = new CopyOnWriteArrayList<>();
    private final TestFaults faults = new TestFaults();
    private final TestSockets sockets;
    private volatile String token = "";
    private volatile boolean pagesAllLists;

    /** A server that is not started yet; its port is chosen at the first start. */
    public TestApiServer() {
        this(null);
    }

    /** A server with TLS, which asks for a client's certificate and does without. */
    public TestApiServer(@Nullable SSLContext tls) {
        this.sockets = new TestSockets(tls, this::handle);
    }

    public TestApiServer start() {
        sockets.open();
        return this;
    }

    /** Closes the port and every connection; objects stay, and {@link #start} serves them on the same port. */
    public void stop() {
        sockets.close();
    }

    @Override
    public void close() {
        stop();
    }

    public String url() {
        return sockets.url();
    }

    /** Creates or replaces an object; its {@code kind} says where. */
    public void put(ObjectNode object) {
        store.put(object);
    }

    /**
     * @param key {@code namespace/name}, or the name of a Node
     */
    public void delete(String kind, String key) {
        store.delete(kind, key);
    }

    /** From now on every request must carry this bearer token; "" means none. */
    public void requireToken(String bearer) {
        token = bearer;
    }

    /** Honours {@code limit} even where the API server's watch cache would not. */
    public void pageAllLists() {
        pagesAllLists = true;
    }

    /** The next request that matches meets this fault; faults for the same requests queue up. */
    public void failNext(Predicate<TestRequest> when, TestFault fault) {
        faults.add(when, fault);
    }

    public void compact() {
        store.compact();
    }

    public void rewind(long by) {
        store.rewind(by);
    }

    public long version() {
        return store.version();
    }

    public void bookmark() {
        store.watches().forEach(watch -> watch.bookmark(store.version()));
    }

    public int openWatches() {
        return store.watches().size();
    }

    /** Waits until a source follows: it watches Services, EndpointSlices and Nodes. */
    public void awaitWatches() {
        Await.until("three watches are open", () -> openWatches() == 3);
    }

    /** Ends every watch as the server does after its timeout. */
    public void endWatches() {
        store.watches().forEach(TestWatch::end);
    }

    public void cutWatches() {
        store.watches().forEach(TestWatch::cut);
    }

    /** Tells every watch that its version is too old. */
    public void expireWatches() {
        store.watches().forEach(TestWatch::expire);
    }

    /** Sends text that is no event, or the beginning of one, to every watch. */
    public void garble(String text) {
        store.watches().forEach(watch -> watch.write(text));
    }

    public List<TestRequest> requests() {
        return requests;
    }

    public long count(Predicate<TestRequest> which) {
        return requests.stream().filter(which).count();
    }

    /** Connections accepted so far. */
    public int connections() {
        return sockets.accepted();
    }

    /** The events that were written. */
    public TestEvents events() {
        return events;
    }

    /** Answers one request; false when the connection is no longer this thread's. */
    private boolean handle(TestConnection connection, int number, TestConnection.Message message)
            throws IOException, InterruptedException {
        TestRequest request = TestRequest.of(message, number, connection.clientCertificate());
        requests.add(request);
        TestFault fault = faults.take(request);
        if (TestFaults.replaces(fault, connection)) {
            return !(fault instanceof TestFault.Hangup);
        }
        String authorization = request.headers().getOrDefault("authorization", "");
        if (!token.isEmpty() && !authorization.equals("Bearer " + token)) {
            connection.answer(401, status(401, "Unauthorized", "Unauthorized"));
            return true;
        }
        if (request.isWatch()) {
            watch(connection, request);
            return false;
        }
        if (TestObjectStore.isCollection(request.path())) {
            return list(connection, request, fault);
        }
        TestEvents.Answer answer = events.handle(request, message.body());
        connection.answer(answer.code(), answer.body());
        return true;
    }

    private boolean list(TestConnection connection, TestRequest request, @Nullable TestFault fault) throws IOException {
        byte[] body = JSON.writeValueAsBytes(page(request));
        if (fault instanceof TestFault.Truncated truncated) {
            connection.answer(200, "", body, truncated.bytes());
            connection.cut();
            return false;
        }
        boolean zip = body.length >= GZIP_FROM_BYTES
                && request.headers().getOrDefault("accept-encoding", "").contains("gzip");
        byte[] sent = zip ? zipped(body) : body;
        connection.answer(200, zip ? "Content-Encoding: gzip\r\n" : "", sent, sent.length);
        return true;
    }

    private ObjectNode page(TestRequest request) {
        TestObjectStore.Snapshot snapshot = store.list(request.path(), Selector.of(request.query()));
        int limit = Integer.parseInt(request.query().getOrDefault("limit", "0"));
        boolean cached = "0".equals(request.query().get("resourceVersion"));
        int from = Integer.parseInt(request.query().getOrDefault("continue", "0"));
        int all = snapshot.items().size();
        int to = limit > 0 && (pagesAllLists || !cached) ? Math.min(from + limit, all) : all;
        ObjectNode list = JsonNodeFactory.instance.objectNode();
        list.put("kind", "List").put("apiVersion", "v1");
        ObjectNode metadata = list.putObject("metadata").put("resourceVersion", String.valueOf(snapshot.version()));
        if (to < all) {
            metadata.put("continue", String.valueOf(to));
        }
        ArrayNode items = list.putArray("items");
        // Items of a list carry neither kind nor apiVersion, as from the real server.
        snapshot.items()
                .subList(from, to)
                .forEach(item -> items.add(item.deepCopy().without(List.of("kind", "apiVersion"))));
        return list;
    }

    private void watch(TestConnection connection, TestRequest request) throws IOException {
        connection.beginChunks();
        TestWatch watch = new TestWatch(connection, store::unsubscribe);
        String version = request.query().getOrDefault("resourceVersion", "");
        long from = version.isEmpty() ? 0 : Long.parseLong(version);
        if (!store.subscribe(
                new TestObjectStore.Subscriber(request.path(), Selector.of(request.query()), watch), from)) {
            watch.expire();
        }
    }

    private static byte[] zipped(byte[] body) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(body.length / 4);
        try (GZIPOutputStream zip = new GZIPOutputStream(bytes)) {
            zip.write(body);
        }
        return bytes.toByteArray();
    }

    static ObjectNode status(int code, String reason, String message) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("kind", "Status")
                .put("apiVersion", "v1")
                .put("status", "Failure")
                .put("message", message)
                .put("reason", reason)
                .put("code", code);
    }
}
