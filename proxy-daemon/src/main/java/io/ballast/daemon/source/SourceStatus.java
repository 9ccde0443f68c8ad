package io.ballast.daemon.source;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * State of a source at one moment. <em>Immutable.</em>
 *
 * @param location the API server's URL, or the directory
 * @param synced the first full lists of Services and EndpointSlices were delivered
 * @param connected every resource is followed now; false while the last known objects are served on
 * @param connectedSince since when, null while not connected
 * @param lastError the last failure of any resource, "" when there was none
 */
public record SourceStatus(
        String location,
        boolean synced,
        boolean connected,
        @Nullable Instant connectedSince,
        String lastError,
        @Nullable Instant lastErrorAt,
        List<Resource> resources) {
    public SourceStatus {
        resources = List.copyOf(resources);
    }

    /**
     * One kind of object, or one file.
     *
     * @param name {@code services}, {@code endpointslices}, {@code nodes}
     * @param objects how many are known
     * @param resourceVersion up to which changes are known, "" where there is none
     * @param lists full lists read since start
     * @param watches watches opened since start
     * @param failures failed lists and watches since start
     */
    public record Resource(
            String name,
            boolean synced,
            int objects,
            String resourceVersion,
            @Nullable Instant connectedSince,
            long lists,
            long watches,
            long failures,
            String lastError,
            @Nullable Instant lastErrorAt) {}
}
