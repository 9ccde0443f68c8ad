/**
 * What every source of objects shares: the way from an API object, as a JSON tree, to the records of the core.
 *
 * <p>Trees, and not a client library's classes: one mapper reads what the API sends and what files hold, no field of an
 * unexpected type can fail a whole object, and a problem is reported with the very path of its field. {@link
 * io.ballast.daemon.source.ModelMapper} is the entry; {@link io.ballast.daemon.source.Selectors} says which objects
 * this node wants, as kube-proxy's watches do.
 *
 * <p>Used by {@code daemon.k8s} and {@code daemon.manifest}; knows neither.
 */
@NullMarked
package io.ballast.daemon.source;

import org.jspecify.annotations.NullMarked;
