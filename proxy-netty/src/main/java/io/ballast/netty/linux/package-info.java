/**
 * The kernel as seen from Java: the C library, errno, capabilities, descriptors and memory that Java's collector does
 * not see. Typed bindings to single kernel interfaces live in the sub-packages ({@code netlink}, {@code nft},
 * {@code bpf}, {@code datagram}, {@code uring}); none of them knows what a Service is.
 *
 * <p>Entry: {@link io.ballast.netty.linux.SystemCalls}. Everything that fails in the kernel arrives as a
 * {@link io.ballast.netty.linux.SystemCallException} that names the operation, its arguments and the errno. jnr-ffi
 * types stay inside this package and its sub-packages.
 *
 * <p>Constants are those of the generic ABI that x86-64 and arm64 share, both little-endian with 64-bit pointers; what
 * they do not share is chosen by {@link io.ballast.netty.linux.Architecture}.
 */
@NullMarked
package io.ballast.netty.linux;

import org.jspecify.annotations.NullMarked;
