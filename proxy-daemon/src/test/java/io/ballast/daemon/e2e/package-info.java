/**
 * The whole program in real network namespaces: the distribution that {@code package} leaves, on a node with pods, other
 * nodes and outside hosts around it. Needs root.
 */
@NullMarked
package io.ballast.daemon.e2e;

import org.jspecify.annotations.NullMarked;
