/**
 * Where the core meets the outside, as small interfaces: the sink into which sources deliver objects, a clock, and
 * listeners for what is worth telling. The core implements the sink; the rest is implemented in proxy-netty and
 * proxy-daemon. The largest, {@code Dataplane}, stands beside the table it serves in {@code core.routing}.
 */
@NullMarked
package io.ballast.core.spi;

import org.jspecify.annotations.NullMarked;
