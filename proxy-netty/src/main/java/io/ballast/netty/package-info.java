/**
 * How bytes move on Linux: the entry points of this module.
 *
 * <p>{@link io.ballast.netty.NettyDataplane} puts changes of the routing table in force, in an order that keeps promises
 * to clients; {@link io.ballast.netty.Interception} chooses how packets come here ({@code intercept}, {@code handover}) and
 * has what others take from the kernel put back ({@code repair}). {@link io.ballast.netty.TcpDatapath} accepts
 * ({@code listener}), connects and relays TCP ({@code tcp}), {@link io.ballast.netty.udp.UdpDatapath} does so for UDP; both
 * ask {@code clientip} whose address endpoints see, and run on the event loops of {@code transport}. {@code node} knows
 * this node's network, {@code capability} and {@code cleanup} serve commands of their names, and {@code linux} is the
 * kernel's interfaces.
 *
 * <p>Which package may know which is a table in this module's {@code ArchitectureTest}.
 */
@NullMarked
package io.ballast.netty;

import org.jspecify.annotations.NullMarked;
