/**
 * {@code ballast check}: what the daemon would make of manifests and configuration files, without running it.
 *
 * <p>Entry type: {@link io.ballast.daemon.check.Check}. There are no rules here: files go through
 * {@link io.ballast.daemon.manifest.ManifestFiles} and {@link io.ballast.daemon.config.ConfigLoader}, objects through
 * {@link io.ballast.core.Proxier}, as in the daemon; what these report is collected as findings. Confined to one thread.
 */
@NullMarked
package io.ballast.daemon.check;

import org.jspecify.annotations.NullMarked;
