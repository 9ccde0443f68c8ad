/**
 * A small HTTP/1.1 server for the health, metrics and admin ports.
 *
 * <p>Netty's HTTP codec rather than the JDK's {@code HttpServer}: there a slow client pins a thread and a few of them
 * stop the probes; here one event loop serves any number of them, and the classes are loaded for the data path anyway.
 * Entry types: {@link io.ballast.daemon.http.HttpLoop}, {@link io.ballast.daemon.http.HttpListener} and
 * {@link io.ballast.daemon.http.Responder}. Knows nothing of Services; used by {@code daemon.health} and
 * {@code daemon.admin}.
 *
 * <p>Threading: everything of one server happens on its loop's single thread, so handlers need no locks. Probes and
 * admin pages use loops of their own, so that neither a scrape nor a page delays a probe.
 *
 * <p>Bounds: connections of a loop (the longest unused is closed for a new one), size of heads and bodies, time for a head, for
 * an exchange and between exchanges. Long answers are produced piece by piece, as fast as the client reads.
 */
@NullMarked
package io.ballast.daemon.http;

import org.jspecify.annotations.NullMarked;
