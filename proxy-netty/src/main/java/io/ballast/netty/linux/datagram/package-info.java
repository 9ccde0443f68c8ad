/**
 * Datagrams by the batch: {@code recvmmsg} and {@code sendmmsg}, and raw sockets that send from addresses and ports that
 * no socket of ours is bound to.
 *
 * <p>Entry types: {@link io.ballast.netty.linux.datagram.ReceiveBatch},
 * {@link io.ballast.netty.linux.datagram.SendBatch}, {@link io.ballast.netty.linux.datagram.RawSocket}. For the UDP data
 * path; a batch belongs to one event loop.
 */
@NullMarked
package io.ballast.netty.linux.datagram;

import org.jspecify.annotations.NullMarked;
