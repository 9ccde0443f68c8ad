/**
 * The vocabulary of the proxy: addresses, Services, EndpointSlices and Nodes as plain immutable values.
 *
 * <p>Only what kube-proxy reads is here (field names follow the Kubernetes API). Nothing in this package depends on
 * another package of Ballast.
 */
@NullMarked
package io.ballast.core.model;

import org.jspecify.annotations.NullMarked;
