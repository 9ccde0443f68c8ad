/**
 * What a service proxy decides, free of I/O: no sockets, no threads of its own, no wall clock, no Kubernetes client.
 *
 * <p>Objects of a cluster enter through {@link io.ballast.core.Proxier} as the neutral records of {@code core.model};
 * tracking merges them, topology categorises endpoints, and the result is an immutable
 * {@link io.ballast.core.routing.RoutingTable}. Its difference to the one before goes to a
 * {@link io.ballast.core.routing.Dataplane}, which moves the bytes and asks {@link io.ballast.core.routing.Router} where
 * each new connection goes.
 *
 * <p>Threading: everything that changes the table is confined to one sync thread; everything that reads it is
 * thread-safe and takes no lock.
 */
@NullMarked
package io.ballast.core;

import org.jspecify.annotations.NullMarked;
