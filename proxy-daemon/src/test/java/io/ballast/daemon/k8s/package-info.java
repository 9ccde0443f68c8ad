/** Tests of the Kubernetes source against API servers on loopback sockets, with faults. */
@NullMarked
package io.ballast.daemon.k8s;

import org.jspecify.annotations.NullMarked;
