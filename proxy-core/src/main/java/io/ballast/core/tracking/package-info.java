/**
 * From objects of the cluster to the routing table.
 *
 * <p>{@code ServiceChangeTracker} turns Services into {@link io.ballast.core.model.ServicePort}s,
 * {@code EndpointSliceCache} merges slices into endpoints, and {@code TableBuilder} applies
 * what changed to the {@link io.ballast.core.routing.RoutingTable}: the cost of a change depends on the Service it
 * concerns, never on the table. Driven by {@code io.ballast.core.Proxier}.
 *
 * <p>Threading: confined to the sync thread, but for the immutable values.
 */
@NullMarked
package io.ballast.core.tracking;

import org.jspecify.annotations.NullMarked;
