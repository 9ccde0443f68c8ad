package io.ballast.daemon.k8s;

import com.fasterxml.jackson.databind.JsonNode;
import io.ballast.core.model.NamespacedName;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * What a reflector needs to know of the resource it follows. <em>Immutable.</em>
 *
 * @param plural {@code services}, for names of threads and messages
 * @param path of the collection, over all namespaces
 * @param selectors query of label and field selectors, encoded
 * @param wanted the selectors again: an object that a server sends in spite of them counts as deleted
 * @param name namespace and name of an object
 * @param upsert delivers one object
 * @param delete tells that an object is gone
 * @param synced tells that the first full list was delivered
 */
record WatchedResource(
        String plural,
        String path,
        String selectors,
        Predicate<JsonNode> wanted,
        Function<JsonNode, Optional<NamespacedName>> name,
        Consumer<JsonNode> upsert,
        Consumer<NamespacedName> delete,
        Runnable synced) {
    private static final int PAGE = 500;

    static String selectors(String labels, String fields) {
        return (labels.isEmpty() ? "" : "&labelSelector=" + encode(labels))
                + (fields.isEmpty() ? "" : "&fieldSelector=" + encode(fields));
    }

    /**
     * @param version "0" lets the server answer from its cache, "" wants the newest state
     * @param next token of the page, "" for the first
     */
    String listPath(String version, String next, boolean paged) {
        String first = version.isEmpty() ? "" : "&resourceVersion=" + encode(version);
        return path
                + "?limit="
                + (paged ? PAGE : 0)
                + (next.isEmpty() ? first : "&continue=" + encode(next))
                + selectors;
    }

    String watchPath(String version, Duration length) {
        return path
                + "?watch=true&allowWatchBookmarks=true&timeoutSeconds="
                + length.toSeconds()
                + (version.isEmpty() ? "" : "&resourceVersion=" + encode(version))
                + selectors;
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
