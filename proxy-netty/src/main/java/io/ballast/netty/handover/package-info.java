/**
 * Upgrade without a gap: a new process takes the listening sockets and the socket lookup over from the one that runs
 * beside it in the network namespace, as descriptors through an abstract Unix socket. Why it is built this way:
 * {@code docs/adr/0005-hand-over.md}.
 *
 * <p>Entry types: {@link io.ballast.netty.handover.HandOverServer} waits for a successor,
 * {@link io.ballast.netty.handover.Predecessor} is what the successor sees of it, and
 * {@link io.ballast.netty.handover.InheritedSockets} is where those who open sockets find what was handed over.
 *
 * <pre>
 *   successor                                   predecessor
 *     HELLO version instance scope  ──────────►            while the successor reads its first lists
 *                                   ◄──────────  WELCOME   (or STANDBY, or REFUSED with a reason)
 *     TAKE                          ──────────►            its table is complete
 *                                   ◄──────────  SOCKETS, LOOKUP, END: the predecessor changes nothing from here on
 *     TAKEN                         ──────────►            serves
 *                                   ◄──────────  SESSIONS, RELEASED: accepts no more; drains
 *     SETTLED                       ──────────►            clients come to the successor alone
 *                 (the connection stays until the predecessor ends)
 * </pre>
 */
@NullMarked
package io.ballast.netty.handover;

import org.jspecify.annotations.NullMarked;
