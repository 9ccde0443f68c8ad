/**
 * What load balancers and kubelets probe: {@code /healthz}, {@code /livez}, {@code /readyz}, and one server for each
 * Service with a {@code healthCheckNodePort}. Answers are kube-proxy's, to the byte ({@code pkg/proxy/healthcheck}).
 *
 * <p>Entry types: {@link io.ballast.daemon.health.HealthzResponder} and
 * {@link io.ballast.daemon.health.ServiceHealthServer}. What they answer is decided in {@code core.health}; here
 * it is put into HTTP.
 *
 * <p>Threading: probes are answered on one loop that serves nothing else; health check ports are opened and closed from
 * the sync thread.
 */
@NullMarked
package io.ballast.daemon.health;

import org.jspecify.annotations.NullMarked;
