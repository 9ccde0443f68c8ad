package io.ballast.daemon.cli;

import io.ballast.daemon.config.ConfigLoader;
import io.ballast.daemon.config.FlagValues;
import io.ballast.daemon.config.InvalidConfigException;
import io.ballast.daemon.config.LoadedConfig;
import java.io.PrintWriter;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;

/**
 * The whole command line. Confined to the thread that executes it.
 *
 * <p>Picocli is asked for subcommands, for help and to explain mistakes. Flags alone, with which a daemon starts, are read
 * without: Picocli's classes are in the format of Java 5, which no archive of classes takes, and a daemon would spend a
 * quarter of its start on loading and verifying them.
 */
public final class Cli {
    private static final int FAILED = 1;

    private final DaemonStart start;
    private final Supplier<?>[] subcommands;
    private @Nullable PrintWriter out;
    private @Nullable PrintWriter err;

    /**
     * @param loader makes the configuration's loader, asked only when the daemon is to run
     * @param runner runs the daemon
     * @param subcommands make further commands, each a Picocli-annotated object
     */
    public Cli(Supplier<ConfigLoader> loader, DaemonRunner runner, Supplier<?>... subcommands) {
        start = new DaemonStart(loader, runner);
        this.subcommands = subcommands.clone();
    }

    /** Where output goes instead of the standard streams. */
    public Cli withOutput(PrintWriter toOut, PrintWriter toErr) {
        out = toOut;
        err = toErr;
        return this;
    }

    /** Executes one command line and returns its exit code. */
    public int execute(String... arguments) {
        String[] words = GoFlagSyntax.normalize(arguments);
        Optional<LoadedConfig> loaded = FlagLine.read(words).flatMap(this::loadedWithoutMistake);
        return loaded.isPresent() ? run(loaded.get()) : commands().execute(words);
    }

    private Optional<LoadedConfig> loadedWithoutMistake(FlagValues flags) {
        try {
            return Optional.of(start.load(flags));
        } catch (InvalidConfigException e) {
            return Optional.empty();
        }
    }

    private int run(LoadedConfig loaded) {
        try {
            return start.run(loaded);
        } catch (Exception e) {
            DaemonStart.showFailure(e, commands().getErr(), BallastCommand.NAME);
            return FAILED;
        }
    }

    private CommandLine commands() {
        CommandLine commands = Commands.of(start, subcommands);
        if (out != null && err != null) {
            commands.setOut(out).setErr(err);
        }
        return commands;
    }
}
