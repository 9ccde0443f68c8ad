/**
 * The command line: {@link io.ballast.daemon.cli.BallastCommand} runs the daemon, its subcommands look at one that runs.
 *
 * <p>{@link io.ballast.daemon.cli.Cli} puts the pieces together. The daemon's flags come from the tables of {@code
 * io.ballast.daemon.config}, in Go's spelling; the subcommands' options are ordinary Picocli. Exit codes: 0 fine, 1
 * failed at run time, 2 bad usage or configuration. Output goes through Picocli's writers; confined to the thread that
 * executes a command.
 */
@NullMarked
package io.ballast.daemon.cli;

import org.jspecify.annotations.NullMarked;
