/**
 * io_uring(7), used to make many system calls at the price of one: what is asked is done before the call returns, and
 * nothing is left to the kernel for later.
 *
 * <p>Entry: {@link io.ballast.netty.linux.uring.CallBatch}. Offsets are those of {@code linux/io_uring.h}.
 */
@NullMarked
package io.ballast.netty.linux.uring;

import org.jspecify.annotations.NullMarked;
