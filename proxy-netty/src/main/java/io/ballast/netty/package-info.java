/**
 * How bytes move on Linux: the entry points of this module.
 *
 * <p>{@link io.ballast.netty.TcpDatapath} accepts, connects and relays TCP. Packages below: {@code transport} (event
 * loops), {@code listener} (accepting), {@code tcp} (connections), {@code linux} (the kernel's interfaces). Arrows point
 * from this package down, from {@code listener} to {@code tcp}, and from both to {@code transport}.
 */
@NullMarked
package io.ballast.netty;

import org.jspecify.annotations.NullMarked;
