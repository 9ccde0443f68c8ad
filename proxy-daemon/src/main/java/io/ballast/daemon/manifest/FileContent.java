package io.ballast.daemon.manifest;

import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What is known of one file. <em>Immutable.</em>
 *
 * @param stamp of the state that was read, null when it could not be told
 * @param digest of the text that was read, "" before any was
 * @param objects by key: core records
 * @param problem why it could not be read the last time, "" when it could
 */
record FileContent(@Nullable Stamp stamp, String digest, Map<ObjectKey, Located> objects, String problem) {
    /** Before the first attempt to read a file. */
    static final FileContent NONE = new FileContent(null, "", Map.of(), "");

    /**
     * A core record and where its object begins.
     *
     * @param place as in {@code web.yaml:12}
     */
    record Located(Object value, String place) {}

    /**
     * Tells one state of a file from another without reading it.
     *
     * @param readAt when it was about to be read
     */
    record Stamp(@Nullable Object fileKey, FileTime modified, long size, Instant readAt) {
        /** A file may change again within the resolution of its time stamp; the coarsest common one is 2 s. */
        private static final Duration RACY = Duration.ofSeconds(2);

        static Stamp of(BasicFileAttributes attributes, Instant now) {
            return new Stamp(attributes.fileKey(), attributes.lastModifiedTime(), attributes.size(), now);
        }

        /** Whether a file with these attributes is certainly the one that was read. */
        boolean isCurrent(BasicFileAttributes attributes) {
            boolean same = Objects.equals(fileKey, attributes.fileKey())
                    && modified.equals(attributes.lastModifiedTime())
                    && size == attributes.size();
            return same && modified.toInstant().plus(RACY).isBefore(readAt);
        }
    }

    /** Whether the file need not be read again. */
    boolean isCurrent(BasicFileAttributes attributes) {
        return stamp != null && stamp.isCurrent(attributes);
    }

    /** The last good objects, under a new problem. */
    FileContent failed(@Nullable Stamp at, String newDigest, String why) {
        return new FileContent(at, newDigest, objects, why);
    }
}
