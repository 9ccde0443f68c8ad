package io.ballast.daemon.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;

/** The {@code events.k8s.io/v1} collection: create and merge-patch. Thread-safe. */
public final class TestEvents {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String PREFIX = "/apis/events.k8s.io/v1/namespaces/";

    /** Status code and body of an answer. */
    record Answer(int code, JsonNode body) {}

    private final Map<String, ObjectNode> byName = new ConcurrentSkipListMap<>();

    /** Every event as it is now. */
    public List<ObjectNode> all() {
        return List.copyOf(byName.values());
    }

    public void forget() {
        byName.clear();
    }

    Answer handle(TestRequest request, String content) throws IOException {
        if (!request.path().startsWith(PREFIX)) {
            return new Answer(404, TestApiServer.status(404, "NotFound", request.path()));
        }
        String[] parts = request.path().substring(PREFIX.length()).split("/");
        JsonNode body = JSON.readTree(content);
        if (request.method().equals("POST")) {
            String key = parts[0] + "/" + body.path("metadata").path("name").asText();
            byName.put(key, (ObjectNode) body);
            return new Answer(201, body);
        }
        ObjectNode event = byName.get(parts[0] + "/" + parts[2]);
        if (event == null) {
            return new Answer(404, TestApiServer.status(404, "NotFound", parts[2]));
        }
        ObjectNode changed = event.deepCopy();
        JSON.readerForUpdating(changed).readValue(body);
        byName.put(parts[0] + "/" + parts[2], changed);
        return new Answer(200, changed);
    }
}
