/**
 * Which endpoint a new connection gets: schedulers, weights, ClientIP affinity and live connection counts.
 *
 * <p>Entry types: {@link io.ballast.core.scheduling.LoadBalancer}, one for each Service port and family, which outlives
 * syncs and is made by {@link io.ballast.core.scheduling.SchedulingLoadBalancerFactory}; and
 * {@link io.ballast.core.scheduling.Scheduler}, the interface of plug-ins, which
 * {@link io.ballast.core.scheduling.SchedulerRegistry} finds with {@link java.util.ServiceLoader}. The built-in ones
 * live in {@code builtin} and use public interfaces only. Definitions follow IPVS
 * ({@code net/netfilter/ipvs/ip_vs_*.c}).
 *
 * <p>Affinity comes first, then the scheduler. A count belongs to an endpoint's address and not to a list, so updates,
 * other schedulers and an endpoint's absence lose none.
 *
 * <p>Threading: picks and releases come from any event loop, updates from the sync thread. At most one lock for each
 * Service port and family, held for about a microsecond by a pick, and needed only with affinity or with a scheduler
 * that orders by load; none spans Services. The first pick after an update may build a table of the endpoints.
 */
@NullMarked
package io.ballast.core.scheduling;

import org.jspecify.annotations.NullMarked;
