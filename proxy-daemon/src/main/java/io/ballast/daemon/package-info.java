/**
 * The program, put together: {@link io.ballast.daemon.Main} starts the command line, which runs a
 * {@link io.ballast.daemon.Daemon}.
 *
 * <p>A daemon is two halves. {@code ControlPlane} turns what a source delivers into tables, on the sync thread;
 * {@code Datapath} serves what they say. Around them: {@code HttpServers} for probes and the admin API, {@code Warnings} for
 * operators, and {@code Succession}, {@code SyncTurns} and {@code HandingOver} for upgrades, where one process takes over
 * from another. The packages below do one thing each and know nothing of this one.
 */
@NullMarked
package io.ballast.daemon;

import org.jspecify.annotations.NullMarked;
