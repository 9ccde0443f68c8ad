/**
 * Netty's I/O transports and the event loops that run on them.
 *
 * <p>Entry types: {@link io.ballast.netty.transport.IoTransport} says what this host can do,
 * {@link io.ballast.netty.transport.EventLoops} is the one group of threads that listeners, connections and UDP
 * sessions share. Knows neither routing nor relaying.
 */
@NullMarked
package io.ballast.netty.transport;

import org.jspecify.annotations.NullMarked;
