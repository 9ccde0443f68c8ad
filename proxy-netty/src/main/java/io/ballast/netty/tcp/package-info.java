/**
 * TCP connections: from an accepted socket to an endpoint and back.
 *
 * <p>Entry type: {@link io.ballast.netty.tcp.TcpConnections}. It takes accepted sockets, asks the core's
 * {@code Router} where each goes, connects on the same event loop and relays. {@code TcpConnection} decides and knows
 * no sockets; a {@code Leg} is one socket and decides nothing. There are two kinds of legs: {@code EpollLeg} drives its
 * descriptor itself, edge-triggered, with one read buffer for the whole event loop, or together with all that are ready in
 * the same turn ({@code TurnReads}), where io_uring makes one system call of many; {@code ChannelLeg} is a Netty channel,
 * for {@code --transport=io_uring} and NIO. epoll does not use Netty's channel because that one reads to the end of the stream
 * whatever the other side's back-pressure says once FIN has arrived, and cannot write any more after its descriptor
 * has had nothing to wait for (Netty 4.2.18 deletes it from epoll and then modifies it).
 *
 * <p>Threading: everything of one connection is confined to one event loop. No lock is shared between loops.
 */
@NullMarked
package io.ballast.netty.tcp;

import org.jspecify.annotations.NullMarked;
