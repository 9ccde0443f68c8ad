package io.ballast.daemon.k8s;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ballast.core.model.NamespacedName;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Set;

/**
 * What an Event says, apart from when and how often; equal ones make a series. <em>Immutable.</em>
 *
 * @param type {@code Normal} or {@code Warning}
 * @param kind of the object it is about, {@code Service} or {@code Node}
 * @param object its namespace ("" for a Node) and name
 * @param uid of the object, without which {@code kubectl describe} does not show the Event
 */
record ClusterEvent(
        String type, String kind, NamespacedName object, String uid, String reason, String action, String note) {
    /** Reasons that kube-proxy has; Events with these carry its name, for whoever selects them by it. */
    private static final Set<String> OF_KUBE_PROXY = Set.of(
            "Starting",
            "FailedToStartServiceHealthcheck",
            "FailedToStartProxierHealthcheck",
            "FailedToStartMetricServer");

    private static final DateTimeFormatter MICRO_TIME =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSS'Z'").withZone(ZoneOffset.UTC);
    /** Limits of the API's validation. */
    private static final int MAX_NOTE = 1024;

    private static final int MAX_INSTANCE = 128;

    ClusterEvent {
        note = shortened(note);
    }

    private static String shortened(String text) {
        int length = Math.min(text.length(), MAX_NOTE);
        while (text.substring(0, length).getBytes(StandardCharsets.UTF_8).length > MAX_NOTE) {
            length--;
        }
        return text.substring(0, length);
    }

    /** Where the Event is kept; those about Nodes are in {@code default}. */
    String namespace() {
        return object.namespace().isEmpty() ? "default" : object.namespace();
    }

    /** The whole object, as client-go's {@code tools/events} makes it. */
    ObjectNode toJson(String name, String nodeName, Instant time) {
        String controller = OF_KUBE_PROXY.contains(reason) ? "kube-proxy" : "ballast";
        String instance = controller + "-" + nodeName;
        ObjectNode event = ApiJson.MAPPER.createObjectNode();
        event.put("apiVersion", "events.k8s.io/v1").put("kind", "Event");
        event.putObject("metadata").put("name", name).put("namespace", namespace());
        event.put("eventTime", MICRO_TIME.format(time))
                .put("reportingController", controller)
                .put("reportingInstance", instance.substring(0, Math.min(instance.length(), MAX_INSTANCE)))
                .put("action", action)
                .put("reason", reason)
                .put("note", note)
                .put("type", type);
        ObjectNode regarding = event.putObject("regarding").put("kind", kind).put("name", object.name());
        if (!object.namespace().isEmpty()) {
            regarding.put("apiVersion", "v1").put("namespace", object.namespace());
        }
        regarding.put("uid", uid);
        return event;
    }

    /** What changes when it happens again. */
    static ObjectNode series(int count, Instant last) {
        ObjectNode change = ApiJson.MAPPER.createObjectNode();
        change.putObject("series").put("count", count).put("lastObservedTime", MICRO_TIME.format(last));
        return change;
    }
}
