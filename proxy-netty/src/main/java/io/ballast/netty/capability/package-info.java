/**
 * What this kernel, these privileges and this host's settings allow: the table of {@code ballast capabilities}.
 *
 * <p>Entry type: {@link io.ballast.netty.capability.CapabilityReport}. Probes leave nothing behind and work on the
 * network namespace of the calling thread.
 */
@NullMarked
package io.ballast.netty.capability;

import org.jspecify.annotations.NullMarked;
