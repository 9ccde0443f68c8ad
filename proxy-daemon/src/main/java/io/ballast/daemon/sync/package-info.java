/**
 * The sync thread: the only one on which the routing table changes. Sources, timers and kernel notifications hand their
 * events to {@link io.ballast.daemon.sync.SyncLoop}, which coalesces them and runs one sync for all that came together.
 */
@NullMarked
package io.ballast.daemon.sync;

import org.jspecify.annotations.NullMarked;
