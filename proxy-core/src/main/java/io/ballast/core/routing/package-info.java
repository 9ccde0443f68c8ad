/**
 * The table of what is served, and the decision for each new connection.
 *
 * <p>{@link io.ballast.core.routing.RoutingTable} is an immutable snapshot built by {@code core.tracking};
 * {@link io.ballast.core.routing.Router} reads it through one volatile field and combines policy, source ranges,
 * affinity and the Service's scheduler into a {@link io.ballast.core.routing.Decision};
 * {@link io.ballast.core.routing.Router#explain} tells how it would, step by step, and changes nothing.
 *
 * <p>Threading: tables, routes and decisions are immutable; the router is thread-safe and called from event loops.
 */
@NullMarked
package io.ballast.core.routing;

import org.jspecify.annotations.NullMarked;
