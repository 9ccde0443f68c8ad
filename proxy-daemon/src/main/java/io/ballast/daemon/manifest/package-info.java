/**
 * Services, EndpointSlices and the own Node from files: {@code --source-dir}.
 *
 * <p>{@link io.ballast.daemon.manifest.ManifestSource} follows a directory and delivers the same core records, through
 * the same mapper and the same selectors, as the Kubernetes source does. {@link
 * io.ballast.daemon.manifest.ManifestReader} reads one file. One thread reads and delivers.
 */
@NullMarked
package io.ballast.daemon.manifest;

import org.jspecify.annotations.NullMarked;
