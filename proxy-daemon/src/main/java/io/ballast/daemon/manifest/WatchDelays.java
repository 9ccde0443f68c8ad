package io.ballast.daemon.manifest;

import java.time.Duration;

/**
 * When a changed directory is read. <em>Immutable.</em>
 *
 * @param settle quiet time after a change, so that a file being written is read when it is whole
 * @param atMost from the first change, however busy the directory stays
 * @param anyway without any event: for changes behind symbolic links, lost events and file systems that send none
 */
record WatchDelays(Duration settle, Duration atMost, Duration anyway) {
    static final WatchDelays STANDARD =
            new WatchDelays(Duration.ofMillis(100), Duration.ofSeconds(1), Duration.ofSeconds(10));
}
