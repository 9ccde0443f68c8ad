package io.ballast.daemon.cli;

import io.ballast.daemon.config.InvalidConfigException;
import io.ballast.daemon.config.LoadedConfig;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code ballast}: runs the daemon, unless a subcommand is named. */
@Command(
        name = BallastCommand.NAME,
        versionProvider = VersionProvider.class,
        sortOptions = false,
        usageHelpAutoWidth = true,
        description = "Serves Kubernetes Services on this node from user space, in place of kube-proxy.",
        customSynopsis = {"ballast [FLAGS]", "       ballast COMMAND [OPTIONS]"},
        optionListHeading = "%nGeneral:%n",
        commandListHeading = "%nCommands (each has its own --help; without one the daemon runs):%n",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:Fine, also after SIGTERM", "1:Failed at run time", "2:Bad usage or configuration"},
        footer = {
            "",
            "Flags are spelled as with kube-proxy: --flag=value or --flag value, dashes or",
            "underscores, durations as 300ms, 30s or 1h30m, lists separated by commas."
        })
final class BallastCommand implements Callable<Integer> {
    static final String NAME = "ballast";

    private final DaemonStart start;

    @Spec
    private @Nullable CommandSpec spec;

    @Option(
            names = "--version",
            arity = "0..1",
            fallbackValue = "true",
            paramLabel = "true|raw",
            description = "Show the version and exit.")
    private String version = "false";

    BallastCommand(DaemonStart start) {
        this.start = start;
    }

    @Override
    public Integer call() throws Exception {
        CommandLine commandLine = commandLine();
        if (!version.equals("false")) {
            return printVersion(commandLine);
        }
        return start.run(load(commandLine));
    }

    private CommandLine commandLine() {
        if (spec == null) {
            throw new IllegalStateException("Picocli gives every command its specification before it runs");
        }
        return spec.commandLine();
    }

    private LoadedConfig load(CommandLine commandLine) {
        try {
            return start.load(DaemonOptions.values(commandLine.getParseResult()));
        } catch (InvalidConfigException e) {
            throw new ParameterException(commandLine, String.valueOf(e.getMessage()), e);
        }
    }

    /** As Kubernetes components do; a version of one's own, {@code vX.Y.Z}, is accepted and shows the real one. */
    private int printVersion(CommandLine commandLine) {
        PrintWriter out = commandLine.getOut();
        VersionProvider provider = new VersionProvider();
        if (version.equals("raw")) {
            String.join("\n", provider.raw()).lines().forEach(out::println);
        } else if (version.equals("true") || version.matches("v\\d+\\.\\d+\\.\\d+\\S*")) {
            out.println(provider.getVersion()[0]);
        } else {
            throw new ParameterException(
                    commandLine, "--version: \"" + version + "\" is not known; want true, false, raw or vX.Y.Z");
        }
        return CommandLine.ExitCode.OK;
    }
}
