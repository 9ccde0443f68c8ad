package io.ballast.daemon.k8s;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.JsonNode;
import io.ballast.core.model.NamespacedName;
import io.ballast.daemon.source.SourceStatus;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows one resource: client-go's {@code Reflector} without a store. Lists once, then watches from the version of the
 * last event or bookmark, over and over; lists again only when the server no longer knows that version. While the
 * server is away nothing is delivered, so what was delivered stays in force.
 *
 * <pre>
 *   list ──▶ watch ──▶ (ended) ──▶ watch ──▶ …
 *    ▲         │  410, or bookmark of an older version: list the newest state
 *    └─────────┘  any other failure: wait, then watch on from the same version
 * </pre>
 *
 * <p>Runs on a thread of its own; {@link #status} may be asked by any.
 */
final class Reflector implements Runnable {
    private static final Logger log = LoggerFactory.getLogger(Reflector.class);
    private static final String FROM_CACHE = "0";
    private static final String NEWEST = "";

    private final WatchedResource resource;
    private final ApiConnection api;
    private final WatchTiming timing;
    private final ApiHealth health;
    private final ReflectorState state;
    private final RetryWaits waits;
    private final KnownObjects known = new KnownObjects();

    private @Nullable String position;
    private String listFrom = FROM_CACHE;
    private boolean paged = true;
    private boolean bookmarks;

    Reflector(WatchedResource resource, ApiConnection api, WatchTiming timing, ApiHealth health) {
        this.resource = resource;
        this.api = api;
        this.timing = timing;
        this.health = health;
        this.state = new ReflectorState(resource.plural());
        this.waits = new RetryWaits(timing);
    }

    SourceStatus.Resource status() {
        return state.snapshot(known.size());
    }

    @Override
    public void run() {
        try {
            while (!Thread.currentThread().isInterrupted()) {
                Duration wait = attempt();
                if (!wait.isZero()) {
                    timing.pause().pause(wait);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** One list and watch, or one watch; how long to wait before the next. */
    private Duration attempt() throws InterruptedException {
        try {
            if (position == null) {
                list();
            }
            watch();
            return Duration.ZERO;
        } catch (ApiException e) {
            refused(e);
            return waits.after(e, position != null);
        } catch (IOException e) {
            failed(e);
            return waits.after(e, position != null);
        } catch (RuntimeException e) {
            log.atError().addKeyValue("resource", resource.plural()).setCause(e).log("Delivering an object failed");
            listAgain();
            failed(e);
            return waits.beforeList();
        }
    }

    private void refused(ApiException e) {
        if (e.isGone()) {
            log.atDebug()
                    .addKeyValue("resource", resource.plural())
                    .addKeyValue("resourceVersion", position)
                    .log("Version is no longer known, listing again");
            state.failed(e.getMessage());
            paged = position != null;
            listAgain();
            return;
        }
        if (!e.isTemporary()) {
            listAgain();
        }
        failed(e);
    }

    private void failed(Exception e) {
        if (!Thread.currentThread().isInterrupted()) {
            state.failed(String.valueOf(e.getMessage()));
            health.failed(resource.plural(), e);
        }
    }

    private void listAgain() {
        position = null;
        listFrom = NEWEST;
    }

    private void list() throws IOException, InterruptedException {
        state.listing();
        known.listBegins();
        ApiJson.Page page = new ApiJson.Page("", "");
        do {
            String path = resource.listPath(listFrom, page.next(), paged);
            try (InputStream in = api.openList(path, timing.answerLimit(), timing.listIdle())) {
                page = ApiJson.readList(in, this::listed);
            }
        } while (!page.next().isEmpty());
        known.listEnds().forEach(resource.delete());
        position = page.resourceVersion();
        listFrom = NEWEST;
        paged = true;
        health.succeeded(resource.plural());
        if (state.synced(position)) {
            resource.synced().run();
        }
    }

    private void listed(JsonNode object) {
        Optional<NamespacedName> name = resource.name().apply(object);
        if (name.isEmpty()) {
            // The mapper tells what is missing.
            resource.upsert().accept(object);
        } else if (resource.wanted().test(object) && known.list(name.get(), version(object))) {
            resource.upsert().accept(object);
        }
    }

    private void watch() throws IOException, InterruptedException {
        Duration length = timing.nextWatchLength();
        Duration idle = bookmarks ? timing.bookmarkIdle() : length.plus(timing.answerLimit());
        String from = String.valueOf(position);
        state.watching();
        // Some proxies pass the head of the answer on with the first event only.
        long began = timing.ticker().nanos();
        boolean atOnce;
        try (ApiStream in = api.openWatch(resource.watchPath(from, length), timing.answerLimit(), idle)) {
            state.connected();
            health.succeeded(resource.plural());
            atOnce = followed(in, began);
        }
        if (!atOnce) {
            throw new WatchEndedException("the server ended the watch at once");
        }
    }

    /** Follows a watch to its end, however it comes; whether the next may be opened at once. */
    private boolean followed(ApiStream in, long began) throws IOException {
        String from = String.valueOf(position);
        boolean atOnce;
        try {
            follow(in);
        } finally {
            Duration lasted = Duration.ofNanos(timing.ticker().nanos() - began);
            atOnce = waits.ended(lasted, !from.equals(position));
        }
        return atOnce;
    }

    private void follow(ApiStream in) throws IOException {
        try (JsonParser parser = ApiJson.parser(in)) {
            for (JsonNode event = ApiJson.readEvent(parser); event != null; event = ApiJson.readEvent(parser)) {
                if (apply(event.path("type").asText(), event.path("object"))) {
                    in.idleLimit(timing.bookmarkIdle());
                }
            }
        } catch (ApiException e) {
            throw e;
        } catch (IOException e) {
            throw new WatchEndedException("the watch broke: " + e.getMessage(), e);
        }
    }

    /** Applies one event; whether it shows that the server sends bookmarks. */
    private boolean apply(String type, JsonNode object) throws ApiException {
        switch (type) {
            case "ADDED", "MODIFIED" -> changed(object);
            case "DELETED" -> deleted(object);
            case "BOOKMARK" -> bookmark(version(object));
            case "ERROR" -> throw ApiException.ofStatus(object);
            default -> log.atDebug().addKeyValue("type", type).log("Event of unknown type ignored");
        }
        return bookmarks;
    }

    private void changed(JsonNode object) {
        Optional<NamespacedName> name = resource.name().apply(object);
        if (name.isPresent() && !resource.wanted().test(object)) {
            deleted(object);
        } else if (name.isEmpty() || known.observe(name.get(), version(object))) {
            resource.upsert().accept(object);
            advance(version(object));
        }
    }

    private void deleted(JsonNode object) {
        Optional<NamespacedName> name = resource.name().apply(object);
        if (name.isPresent() && known.remove(name.get(), version(object))) {
            resource.delete().accept(name.get());
        }
        advance(version(object));
    }

    /** A bookmark behind what was seen means that the server's state was set back, say from a backup. */
    private void bookmark(String version) throws ApiException {
        bookmarks = true;
        String seen = String.valueOf(position);
        if (ResourceVersion.isNewer(seen, version) && !seen.isEmpty()) {
            throw new ApiException(410, "the server went back from version " + seen + " to " + version, Duration.ZERO);
        }
        advance(version);
    }

    private void advance(String version) {
        if (!version.isEmpty() && (position == null || ResourceVersion.isNewer(version, position))) {
            position = version;
            state.at(version);
        }
    }

    private static String version(JsonNode object) {
        return object.path("metadata").path("resourceVersion").asText("");
    }
}
