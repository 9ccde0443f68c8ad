/**
 * Where a client is: a local pod by {@code detectLocalMode}, a pod of this node, this node itself, or outside
 * (kube-proxy's {@code LocalTrafficDetector}, behaviour section 4).
 */
@NullMarked
package io.ballast.core.detect;

import org.jspecify.annotations.NullMarked;
