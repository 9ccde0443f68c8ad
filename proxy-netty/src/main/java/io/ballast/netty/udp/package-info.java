/**
 * The UDP data path: a socket for each frontend, a session for each client of it, and a connected socket from each
 * session to its endpoint.
 *
 * <p>Entry type: {@link io.ballast.netty.udp.UdpDatapath}. A frontend and all its sessions live on one event loop and
 * share no state with others, so nothing here takes a lock. Sessions are bounded in number: the longest idle one makes
 * room.
 */
@NullMarked
package io.ballast.netty.udp;

import org.jspecify.annotations.NullMarked;
