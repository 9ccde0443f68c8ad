/**
 * What {@code /metrics} says: kube-proxy's families under kube-proxy's names, and Ballast's own.
 *
 * <p>Entry type: {@link io.ballast.daemon.metrics.Metrics}. All names are in
 * {@link io.ballast.daemon.metrics.MetricNames}. Traffic of Services is read from the routes while a scrape is sent: it
 * costs nothing between scrapes, takes bounded memory with any number of Services, and a deleted Service's series are
 * gone with its route.
 *
 * <p>The JVM's and Netty's meters come from Micrometer's binders. The families with names of their own are written here
 * instead, because Micrometer's Prometheus registry cannot express them: it refuses a gauge whose name ends in
 * {@code _total} (kube-proxy has one), adds a {@code _max} series to every timer, and copies every series before the
 * first is sent.
 *
 * <p>Threading: recording is thread-safe and lock-free; a scrape runs on the admin server's loop.
 */
@NullMarked
package io.ballast.daemon.metrics;

import org.jspecify.annotations.NullMarked;
