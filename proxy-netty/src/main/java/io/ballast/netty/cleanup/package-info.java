/**
 * Removal of what stays in the kernel: Ballast's own state (docs/operations.md), and what kube-proxy leaves.
 *
 * <p>Entry types: {@link io.ballast.netty.cleanup.KernelCleanup} and
 * {@link io.ballast.netty.cleanup.KubeProxyCleanup}. Everything works on the network namespace of the calling thread;
 * running twice is as good as once.
 */
@NullMarked
package io.ballast.netty.cleanup;

import org.jspecify.annotations.NullMarked;
