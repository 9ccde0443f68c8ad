/**
 * The eleven schedulers that Ballast brings: {@code rr wrr lc wlc sh dh sed nq mh random p2c}.
 *
 * <p>Each is a plug-in like any other, listed in {@code META-INF/services} and written against the public interfaces of
 * {@link io.ballast.core.scheduling} alone: {@code RoundRobinScheduler} is a short one to start from. Definitions are
 * those of IPVS ({@code net/netfilter/ipvs/ip_vs_*.c}), with open connections for IPVS's overhead. {@code rr},
 * {@code random}, {@code p2c} and the hashes take no lock; {@code wrr}, {@code lc}, {@code wlc}, {@code sed} and
 * {@code nq} are serialized.
 */
@NullMarked
package io.ballast.core.scheduling.builtin;

import org.jspecify.annotations.NullMarked;
