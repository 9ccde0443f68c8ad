package io.ballast.daemon.testing;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * What an API server keeps: objects by collection, one counter of versions, and the history that watches resume from.
 * Thread-safe: every method holds the lock, and so do the subscribers while they are called.
 */
final class TestObjectStore {
    private static final Map<String, String> COLLECTIONS = Map.of(
            "Service", "/api/v1/services",
            "Node", "/api/v1/nodes",
            "EndpointSlice", "/apis/discovery.k8s.io/v1/endpointslices");

    /** One change; {@code before} is null for a creation, {@code after} for a deletion. */
    private record Change(
            long version,
            String collection,
            @Nullable ObjectNode before,
            @Nullable ObjectNode after) {}

    /** An open watch. */
    record Subscriber(String collection, Selector selector, TestWatch watch) {}

    /** The objects of one list and the version they were read at. */
    record Snapshot(long version, List<ObjectNode> items) {}

    private final Map<String, Map<String, ObjectNode>> objects = new ConcurrentHashMap<>();
    private final List<Change> history = new ArrayList<>();
    private final Set<Subscriber> subscribers = new LinkedHashSet<>();
    private long version = 1000;
    private long compacted;

    static Optional<String> collectionOf(String kind) {
        return Optional.ofNullable(COLLECTIONS.get(kind));
    }

    static boolean isCollection(String path) {
        return COLLECTIONS.containsValue(path);
    }

    synchronized void put(ObjectNode object) {
        String collection = collectionOf(object.path("kind").asText()).orElseThrow();
        ObjectNode copy = object.deepCopy();
        copy.withObject("/metadata").put("resourceVersion", String.valueOf(++version));
        ObjectNode before = collection(collection).put(key(copy), copy);
        publish(new Change(version, collection, before, copy));
    }

    synchronized void delete(String kind, String key) {
        String collection = collectionOf(kind).orElseThrow();
        ObjectNode before = collection(collection).remove(key);
        if (before == null) {
            throw new IllegalArgumentException("no " + kind + " " + key);
        }
        ObjectNode last = before.deepCopy();
        last.withObject("/metadata").put("resourceVersion", String.valueOf(++version));
        publish(new Change(version, collection, last, null));
    }

    synchronized Snapshot list(String collection, Selector selector) {
        List<ObjectNode> items = collection(collection).values().stream()
                .filter(selector::matches)
                .toList();
        return new Snapshot(version, items);
    }

    /** Replays what happened after {@code from}; false when that is no longer known. */
    synchronized boolean subscribe(Subscriber subscriber, long from) {
        if (from < compacted) {
            return false;
        }
        if (from == 0) {
            collection(subscriber.collection).values().stream()
                    .filter(subscriber.selector::matches)
                    .forEach(object -> subscriber.watch.event("ADDED", object));
        }
        for (Change change : history) {
            if (change.version > from && from != 0) {
                tell(subscriber, change);
            }
        }
        subscribers.add(subscriber);
        return true;
    }

    synchronized void unsubscribe(TestWatch watch) {
        subscribers.removeIf(subscriber -> subscriber.watch == watch);
    }

    synchronized List<TestWatch> watches() {
        return subscribers.stream().map(Subscriber::watch).toList();
    }

    /** Forgets the history, so that a watch from an earlier version is answered with 410. */
    synchronized void compact() {
        history.clear();
        compacted = ++version;
    }

    /** Goes back to an earlier version, as after a restored backup. */
    synchronized void rewind(long by) {
        history.clear();
        compacted = 0;
        version -= by;
    }

    synchronized long version() {
        return version;
    }

    private void publish(Change change) {
        history.add(change);
        List.copyOf(subscribers).forEach(subscriber -> tell(subscriber, change));
    }

    /** An object that begins or ceases to match is ADDED or DELETED to a watch with selectors. */
    private static void tell(Subscriber subscriber, Change change) {
        if (!subscriber.collection.equals(change.collection)) {
            return;
        }
        ObjectNode before = change.before;
        ObjectNode after = change.after;
        boolean matched = before != null && subscriber.selector.matches(before);
        boolean matches = after != null && subscriber.selector.matches(after);
        if (after != null && matches) {
            subscriber.watch.event(matched ? "MODIFIED" : "ADDED", after);
        } else if (before != null && matched) {
            ObjectNode last = before.deepCopy();
            last.withObject("/metadata").put("resourceVersion", String.valueOf(change.version));
            subscriber.watch.event("DELETED", last);
        }
    }

    private Map<String, ObjectNode> collection(String path) {
        return objects.computeIfAbsent(path, unused -> new TreeMap<>());
    }

    private static String key(ObjectNode object) {
        String namespace = object.path("metadata").path("namespace").asText("");
        String name = object.path("metadata").path("name").asText();
        return namespace.isEmpty() ? name : namespace + "/" + name;
    }
}
