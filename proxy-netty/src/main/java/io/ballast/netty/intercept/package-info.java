/**
 * How packets for a frontend come to Ballast's sockets: ClusterIPs made local, external addresses steered by port,
 * NodePorts on the node's own addresses (design 2.1).
 *
 * <p>Entry type: {@link io.ballast.netty.intercept.TrafficInterceptor}, with one implementation for each mode of
 * {@code --intercept}. Kernel interfaces are reached through small interfaces of this package, which
 * {@code io.ballast.netty.linux} serves. Confined to the sync thread.
 */
@NullMarked
package io.ballast.netty.intercept;

import org.jspecify.annotations.NullMarked;
