package io.ballast.daemon.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks the admin server of a running daemon. Thread-safe. */
final class AdminClient {
    private static final Logger log = LoggerFactory.getLogger(AdminClient.class);
    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    private final URI server;
    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(TIMEOUT)
            .build();
    private final ObjectMapper json = new ObjectMapper();

    AdminClient(URI server) {
        this.server = server;
    }

    /**
     * The answer to a GET.
     *
     * @param path absolute path with its query, already encoded
     */
    JsonNode get(String path) throws AdminException, InterruptedException {
        HttpResponse<String> response = send(path);
        if (response.statusCode() != 200) {
            throw new AdminException(
                    server + path + " answered " + response.statusCode() + ": " + reason(response.body()));
        }
        try {
            return json.readTree(response.body());
        } catch (JsonProcessingException e) {
            throw new AdminException(server + " is not Ballast's admin server: its answer is not JSON", e);
        }
    }

    /** The admin server says why in JSON; whatever else answers is quoted. */
    private String reason(String body) {
        try {
            String error = json.readTree(body).path("error").asText();
            if (!error.isEmpty()) {
                return error;
            }
        } catch (JsonProcessingException notJson) {
            log.atDebug().setCause(notJson).log("Error is not JSON");
        }
        return body.lines().findFirst().orElse("(nothing)");
    }

    private HttpResponse<String> send(String path) throws AdminException, InterruptedException {
        try {
            HttpRequest request = HttpRequest.newBuilder(server.resolve(path))
                    .timeout(TIMEOUT)
                    .header("Accept", "application/json")
                    .build();
            return http.send(request, HttpResponse.BodyHandlers.ofString());
        } catch (ConnectException e) {
            throw new AdminException(
                    "no daemon answers at " + server + "; is it running here? Give its metrics address with --server",
                    e);
        } catch (IOException e) {
            throw new AdminException("cannot ask " + server + ": " + e, e);
        }
    }
}
