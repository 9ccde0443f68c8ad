/**
 * rtnetlink(7): routes, policy rules, links, addresses, and their changes.
 *
 * <p>Entry: {@link io.ballast.netty.linux.netlink.RouteNetlink} to ask and to change,
 * {@link io.ballast.netty.linux.netlink.NetworkMonitor} to follow changes. Both are bound to the network namespace of
 * the thread that opens them, whichever thread uses them later.
 *
 * <p>Everything written here carries {@link io.ballast.netty.linux.netlink.RouteNetlink#PROTOCOL} and is created
 * exclusively, so that nothing of others is ever replaced and cleaning up finds what is ours and only that.
 */
@NullMarked
package io.ballast.netty.linux.netlink;

import org.jspecify.annotations.NullMarked;
