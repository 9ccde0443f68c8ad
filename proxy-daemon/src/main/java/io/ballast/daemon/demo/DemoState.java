package io.ballast.daemon.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Predicate;

/**
 * What the demo's daemon says of the Service {@code demo/web} through its admin API, and waiting until it says
 * something. Confined to the tour's thread.
 */
final class DemoState {
    private static final Duration DEADLINE = Duration.ofSeconds(30);
    private static final long POLL_MILLIS = 20;

    private final HttpClient http = HttpClient.newHttpClient();
    private final ObjectMapper json = new ObjectMapper();
    private final URI service;
    private final URI status;

    /**
     * @param admin the admin server's address, with a slash at its end
     */
    DemoState(URI admin) {
        this.service = admin.resolve("api/services/demo/web");
        this.status = admin.resolve("api/status");
    }

    /** Waits until the first table is in force and its sockets listen. */
    void awaitReady() throws IOException, InterruptedException {
        await(status, "readiness", all -> all.path("ready").asBoolean());
    }

    void awaitScheduler(String name) throws IOException, InterruptedException {
        await("scheduler " + name, web -> web.path("scheduler").asText().equals(name));
    }

    void awaitAffinity(String label) throws IOException, InterruptedException {
        await("affinity " + label, web -> web.path("affinity").asText().equals(label));
    }

    /** Waits for just these endpoints, by address, with these weights. */
    void awaitWeights(Map<String, Integer> byAddress) throws IOException, InterruptedException {
        await("weights " + byAddress, web -> {
            Map<String, Integer> seen = new HashMap<>();
            port(web)
                    .path("endpoints")
                    .forEach(endpoint -> seen.put(
                            endpoint.path("address").asText(),
                            endpoint.path("weight").asInt()));
            return seen.equals(byAddress);
        });
    }

    /** Waits until so many connections are open. */
    void awaitActive(int count) throws IOException, InterruptedException {
        await(count + " open connections", web -> {
            int active = 0;
            for (JsonNode endpoint : port(web).path("endpoints")) {
                active += endpoint.path("active").asInt();
            }
            return active == count;
        });
    }

    /** How often another endpoint was tried because one could not be connected to. */
    int connectRetries() throws IOException, InterruptedException {
        return port(json.readTree(ask(service).body())).path("connectRetries").asInt();
    }

    private HttpResponse<String> ask(URI about) throws IOException, InterruptedException {
        return http.send(HttpRequest.newBuilder(about).build(), HttpResponse.BodyHandlers.ofString());
    }

    private static JsonNode port(JsonNode web) {
        return web.path("ports").path(0);
    }

    private void await(String what, Predicate<JsonNode> condition) throws IOException, InterruptedException {
        await(service, what, condition);
    }

    private void await(URI about, String what, Predicate<JsonNode> condition) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + DEADLINE.toNanos();
        String last = "";
        while (System.nanoTime() - deadline < 0) {
            try {
                HttpResponse<String> response = ask(about);
                if (response.statusCode() == 200 && condition.test(json.readTree(response.body()))) {
                    return;
                }
                last = response.body();
            } catch (ConnectException notListening) {
                // The daemon's servers open when the Node has been read.
                last = "connection refused";
            }
            letPass(Duration.ofMillis(POLL_MILLIS));
        }
        throw new IOException("waited " + DEADLINE.toSeconds() + " s in vain for " + what + "; last answer of " + about
                + ": " + last);
    }

    /** Lets real time pass: the tour shows things that expire. */
    void letPass(Duration time) throws InterruptedException {
        Thread.sleep(time.toMillis());
    }
}
