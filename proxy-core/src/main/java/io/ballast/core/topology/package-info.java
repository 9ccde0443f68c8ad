/**
 * Which endpoints traffic policy, topology hints and termination leave to choose from: kube-proxy's
 * {@code CategorizeEndpoints}. Pure functions of immutable values.
 */
@NullMarked
package io.ballast.core.topology;

import org.jspecify.annotations.NullMarked;
