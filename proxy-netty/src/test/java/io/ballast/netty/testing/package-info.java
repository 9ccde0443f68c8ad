/**
 * What tests of the data plane share, exported by this module's test-jar. Above all hosts and networks made of network
 * namespaces: everything made here is removed when it is closed, and when the virtual machine ends; nothing touches the
 * machine's own network.
 *
 * <p>Entry: {@link io.ballast.netty.testing.Topology} for a small cluster with an outside host,
 * {@link io.ballast.netty.testing.NetworkNamespace} for one bare namespace. Needs root: guard tests with
 * {@code @RequiresRoot} and {@code @RequiresCommand("ip")}.
 */
@NullMarked
package io.ballast.netty.testing;

import org.jspecify.annotations.NullMarked;
