/**
 * Keeps the client's address: where kube-proxy would not masquerade, endpoints see the client and not the node.
 *
 * <p>Entry type: {@link io.ballast.netty.clientip.ClientAddresses}. The socket to the endpoint is bound to the client's
 * address ({@code IP_TRANSPARENT}) and to a port of a reserved range, which {@code ClientPortAllocator} hands out.
 * Replies go to an address that is not this node's, so the kernel is told to bring them here:
 *
 * <pre>
 *   endpoint ── routed to this node ───────────────► inet prerouting: "socket transparent" sets the mark
 *   endpoint ── switched by a bridge ─► bridge prerouting: lifted to the host ─┘          │
 *                                                                    policy rule: mark ─► local
 * </pre>
 *
 * <p>{@code ClientAddressRules} holds the rules, {@code Bridges} follows links, so that a reply that cannot be caught is
 * never provoked. The core decides for each connection whether the address is to be kept at all
 * ({@link io.ballast.core.routing.Decision.Forward#keepClientAddress}); the relays know only the two interfaces
 * {@link io.ballast.netty.clientip.UpstreamBinder} and {@link io.ballast.netty.clientip.UpstreamBinding}.
 */
@NullMarked
package io.ballast.netty.clientip;

import org.jspecify.annotations.NullMarked;
