/**
 * Listening sockets and the loops that accept from them.
 *
 * <p>Entry type: {@link io.ballast.netty.listener.TcpListeners}, which opens a {@link
 * io.ballast.netty.listener.TcpListener} for an address and port, or takes over listening descriptors that were opened
 * elsewhere. What is accepted goes to {@link io.ballast.netty.tcp.TcpConnections}, with the socket's local address as
 * its frontend: that is what the client dialled, however the packet got here.
 *
 * <p>Threading: listeners are opened and closed from any thread but an event loop's; accepting is confined to event
 * loops and never waits for an endpoint.
 */
@NullMarked
package io.ballast.netty.listener;

import org.jspecify.annotations.NullMarked;
