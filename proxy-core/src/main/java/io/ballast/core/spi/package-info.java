/**
 * What the core needs from the outside, as small interfaces: clocks, and listeners for what is worth telling.
 * Implemented in proxy-netty and proxy-daemon; the core calls them and never the other way round. The largest,
 * {@code Dataplane}, stands beside the table it serves in {@code core.routing}.
 */
@NullMarked
package io.ballast.core.spi;

import org.jspecify.annotations.NullMarked;
