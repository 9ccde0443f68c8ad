/**
 * What this node's network looks like: the addresses of its interfaces and the ways that lead to clients, read through
 * rtnetlink and followed as they change.
 */
@NullMarked
package io.ballast.netty.node;

import org.jspecify.annotations.NullMarked;
