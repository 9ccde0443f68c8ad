package io.ballast.daemon.k8s;

import io.fabric8.kubernetes.client.http.AsyncBody;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.HttpResponse;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.zip.GZIPInputStream;
import javax.net.ssl.SSLException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An authenticated way to one API server. Credentials that are refused are read again from their files, for they rotate;
 * connections that fell silent are given up. Made by {@link KubernetesClientFactory}. Thread-safe.
 */
public final class ApiConnection implements AutoCloseable {
    /** Reads the configuration and makes a client of it. */
    @FunctionalInterface
    interface ClientSource {
        ApiClient make() throws ClientConfigException;
    }

    /** Head and body of a successful answer. */
    private record Answer(HttpResponse<AsyncBody> response, ApiStream body) {}

    /** Gives up a client from which nothing comes. */
    private final class Watcher implements ApiStream.Owner {
        private final ApiClient client;

        Watcher(ApiClient client) {
            this.client = client;
        }

        @Override
        public void heard() {
            client.liveness().heard();
        }

        @Override
        public Duration waiting() {
            return client.liveness().check(() -> askWhetherItLives(client), this::silent);
        }

        @Override
        public void silent() {
            renew(client);
        }

        @Override
        public void closed(ApiStream stream) {
            client.finished(stream);
        }
    }

    private static final Logger log = LoggerFactory.getLogger(ApiConnection.class);
    private static final int UNAUTHORIZED = 401;
    private static final int ERROR_BODY_BYTES = 4096;
    private static final int ZIP_BUFFER_BYTES = 16 * 1024;
    private static final String NO_ANSWER = "<error>";

    private final ClientSource source;
    private final RequestObserver observer;
    private volatile ApiClient client;

    ApiConnection(ClientSource source, RequestObserver observer) throws ClientConfigException {
        this.source = source;
        this.observer = observer;
        this.client = source.make();
    }

    /** The server's URL, without a slash at the end. */
    public URI server() {
        return client.server();
    }

    /**
     * Opens a list, compressed where the server wants to.
     *
     * @param answerLimit how long the server may take to begin its answer
     * @param idleLimit how long it may pause within
     * @throws ApiException when the server answers with an error
     */
    InputStream openList(String pathAndQuery, Duration answerLimit, Duration idleLimit)
            throws IOException, InterruptedException {
        ApiClient used = client;
        HttpRequest request =
                get(used, pathAndQuery).header("Accept-Encoding", "gzip").build();
        Answer answer = exchange(used, request, answerLimit, idleLimit);
        if (!"gzip".equals(answer.response.header("Content-Encoding"))) {
            return answer.body;
        }
        try {
            return new GZIPInputStream(answer.body, ZIP_BUFFER_BYTES);
        } catch (IOException e) {
            answer.body.close();
            throw e;
        }
    }

    /** Opens a watch; parameters as in {@link #openList}. */
    ApiStream openWatch(String pathAndQuery, Duration answerLimit, Duration idleLimit)
            throws IOException, InterruptedException {
        ApiClient used = client;
        return exchange(used, get(used, pathAndQuery).build(), answerLimit, idleLimit).body;
    }

    private static HttpRequest.Builder get(ApiClient used, String pathAndQuery) {
        HttpRequest.Builder request = used.http().newHttpRequestBuilder().uri(used.server() + pathAndQuery);
        request.header("Accept", "application/json");
        return request.forStreaming();
    }

    /** Writes an object, and reads the answer no further than its status. */
    void send(String method, String path, String contentType, String body, Duration limit)
            throws IOException, InterruptedException {
        ApiClient used = client;
        HttpRequest.Builder request = used.http().newHttpRequestBuilder().uri(used.server() + path);
        request.header("Accept", "application/json");
        request.method(method, contentType, body);
        try (InputStream answer = exchange(used, request.build(), limit, limit).body) {
            answer.readAllBytes();
        }
    }

    private Answer exchange(ApiClient used, HttpRequest request, Duration answerLimit, Duration idleLimit)
            throws IOException, InterruptedException {
        ApiStream stream = new ApiStream(idleLimit, new Watcher(used));
        long startNanos = System.nanoTime();
        HttpResponse<AsyncBody> response;
        try {
            used.started(stream);
            response = await(stream.answer(used.http().consumeBytes(request, stream)), answerLimit);
        } catch (InterruptedException e) {
            stream.close();
            throw e;
        } catch (IOException e) {
            stream.close();
            observe(used, request, NO_ANSWER, startNanos);
            if (e instanceof SSLException
                    || e.getCause() instanceof SSLException
                    || e instanceof SocketTimeoutException) {
                renew(used);
            }
            throw e;
        }
        observe(used, request, String.valueOf(response.code()), startNanos);
        stream.opened(response.body());
        if (response.isSuccessful()) {
            return new Answer(response, stream);
        }
        try (stream) {
            throw error(response, stream);
        } finally {
            if (response.code() == UNAUTHORIZED) {
                renew(used);
            }
        }
    }

    /** Asks something that everybody may ({@code system:discovery}) and that an overloaded server answers first. */
    private CompletableFuture<?> askWhetherItLives(ApiClient used) {
        HttpRequest request = used.http()
                .newHttpRequestBuilder()
                .uri(used.server() + "/livez")
                .build();
        long startNanos = System.nanoTime();
        return used.http()
                .sendAsync(request, String.class)
                .whenComplete((answer, error) ->
                        observe(used, request, answer == null ? NO_ANSWER : String.valueOf(answer.code()), startNanos));
    }

    private void observe(ApiClient used, HttpRequest request, String code, long startNanos) {
        Duration took = Duration.ofNanos(System.nanoTime() - startNanos);
        observer.requested(request.method(), used.server().getAuthority(), code, took);
    }

    private static ApiException error(HttpResponse<AsyncBody> response, InputStream body) throws IOException {
        String text = new String(body.readNBytes(ERROR_BODY_BYTES), StandardCharsets.UTF_8);
        String seconds = response.header("Retry-After");
        boolean stated = seconds != null && seconds.matches("[0-9]{1,9}");
        return new ApiException(
                response.code(),
                response.code() + " " + ApiJson.statusMessage(text),
                stated ? Duration.ofSeconds(Long.parseLong(seconds)) : Duration.ZERO);
    }

    private static HttpResponse<AsyncBody> await(CompletableFuture<HttpResponse<AsyncBody>> answer, Duration limit)
            throws IOException, InterruptedException {
        try {
            return answer.get(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            answer.cancel(true);
            throw (IOException) new SocketTimeoutException("no answer within " + limit.toSeconds() + " s").initCause(e);
        } catch (InterruptedException e) {
            answer.cancel(true);
            throw e;
        } catch (ExecutionException e) {
            Throwable cause = e.getCause();
            if (cause instanceof IOException io) {
                throw io;
            }
            throw new IOException(String.valueOf(cause), cause);
        }
    }

    /**
     * Begins anew with a client of its own connections and with credentials as they are now: an HTTP/2 connection whose
     * peer vanished would otherwise be used on until TCP gives it up, after a quarter of an hour. Once for each client
     * that failed, however many requests it failed.
     */
    private void renew(ApiClient failed) {
        if (isReplaced(failed)) {
            // Not under this object's lock: whoever reads from the client may be about to call this.
            failed.close();
        }
    }

    private synchronized boolean isReplaced(ApiClient failed) {
        if (!client.equals(failed)) {
            return false;
        }
        try {
            client = source.make();
            log.atDebug().addKeyValue("server", client.server()).log("Client made anew");
            return true;
        } catch (ClientConfigException e) {
            log.atDebug().setCause(e).log("Client cannot be made anew; the old one stays");
            return false;
        }
    }

    @Override
    public void close() {
        client.close();
    }
}
