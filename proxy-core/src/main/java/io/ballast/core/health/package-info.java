/**
 * What health servers answer, without the servers: whether the proxy keeps up with changes
 * ({@link io.ballast.core.health.ProxyHealth}), and how many local endpoints a Service has
 * ({@link io.ballast.core.health.ServiceHealth}). Written by the sync thread, read by whoever serves HTTP.
 */
@NullMarked
package io.ballast.core.health;

import org.jspecify.annotations.NullMarked;
