/**
 * Services, EndpointSlices and the own Node from the Kubernetes API, and Events back to it.
 *
 * <p>{@link io.ballast.daemon.k8s.KubernetesSource} runs one reflector a resource: list, then watch from the list's
 * version, resumed for ever. The objects themselves are not kept here, only their names and versions: what they say is
 * in the core already, and twice would not fit the memory of a node. {@link io.ballast.daemon.k8s.EventRecorder} writes
 * Events. Both go through one {@link io.ballast.daemon.k8s.ApiConnection}.
 *
 * <p>fabric8 stays in this package, and of fabric8 the kubeconfig, credentials and HTTP client only; why is in
 * docs/adr/0006-own-reflector.md.
 */
@NullMarked
package io.ballast.daemon.k8s;

import org.jspecify.annotations.NullMarked;
