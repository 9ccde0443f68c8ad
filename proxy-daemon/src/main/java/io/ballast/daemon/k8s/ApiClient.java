package io.ballast.daemon.k8s;

import io.ballast.core.spi.Ticker;
import io.fabric8.kubernetes.client.http.HttpClient;
import java.net.URI;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A client of one server with the credentials of one moment, and who reads from it; made anew when credentials may have
 * changed. Thread-safe.
 */
final class ApiClient {
    private final HttpClient http;
    private final URI server;
    private final Liveness liveness;
    private final Set<ApiStream> readers = ConcurrentHashMap.newKeySet();
    private boolean closed;

    ApiClient(HttpClient http, URI server, Liveness.Limits limits) {
        this.http = http;
        this.server = server;
        this.liveness = new Liveness(limits, Ticker.system());
    }

    HttpClient http() {
        return http;
    }

    URI server() {
        return server;
    }

    Liveness liveness() {
        return liveness;
    }

    /** Notes a request, until {@link #finished}. */
    synchronized void started(ApiStream reader) {
        if (closed) {
            reader.abandon();
        } else {
            readers.add(reader);
        }
    }

    void finished(ApiStream reader) {
        readers.remove(reader);
    }

    /** Ends everything. Told to the readers here: the JDK's client may leave requests in flight without an end. */
    synchronized void close() {
        closed = true;
        readers.forEach(ApiStream::abandon);
        http.close();
    }
}
