/**
 * {@code --connection-log}: one JSON line for each relayed connection that ended.
 *
 * <p>Entry type: {@link io.ballast.daemon.connectionlog.JsonConnectionLog}. Event loops put connections into a bounded
 * queue and never wait; a thread of its own writes them.
 */
@NullMarked
package io.ballast.daemon.connectionlog;

import org.jspecify.annotations.NullMarked;
