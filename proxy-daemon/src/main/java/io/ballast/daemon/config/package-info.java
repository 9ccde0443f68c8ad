/**
 * What the operator asked for: kube-proxy's flags and configuration file, Ballast's own options, and how both become
 * one effective {@link io.ballast.daemon.config.ProxyConfig}.
 *
 * <p>The way of a value: a flag or a field of the file is looked up in a table ({@code KubeProxyFields},
 * {@code BallastFields}, {@code Flags}), read by its {@code Kind} into a {@code Settings}, and turned into records by
 * {@code ConfigAssembler}, which also applies the rules that span several values. Every mistake on the way is collected
 * with its origin, so that the operator sees all of them at once; then {@link
 * io.ballast.daemon.config.InvalidConfigException} carries them out.
 *
 * <p>Entry: {@link io.ballast.daemon.config.ConfigLoader}. Everything here is immutable once loaded, except {@link
 * io.ballast.daemon.config.ConfigFileWatch}, which owns a thread.
 */
@NullMarked
package io.ballast.daemon.config;

import org.jspecify.annotations.NullMarked;
