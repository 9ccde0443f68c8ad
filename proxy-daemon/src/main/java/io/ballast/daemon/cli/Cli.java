package io.ballast.daemon.cli;

import io.ballast.daemon.config.ConfigLoader;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.UsageMessageSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** The whole command line, put together. Confined to the thread that executes it. */
public final class Cli {
    private static final Logger log = LoggerFactory.getLogger(Cli.class);

    private final CommandLine commandLine;

    /**
     * @param loader makes the configuration's loader, asked only when the daemon is to run
     * @param runner runs the daemon
     * @param subcommands further commands, each a Picocli-annotated object
     */
    public Cli(Supplier<ConfigLoader> loader, DaemonRunner runner, Object... subcommands) {
        commandLine = new CommandLine(new BallastCommand(loader, runner));
        DaemonOptions.addTo(commandLine.getCommandSpec());
        commandLine.addSubcommand(new ServicesCommand());
        commandLine.addSubcommand(new EndpointsCommand());
        commandLine.addSubcommand(new ConnectionsCommand());
        commandLine.addSubcommand(new ExplainCommand());
        commandLine.addSubcommand(new CleanupCommand());
        commandLine.addSubcommand(new CapabilitiesCommand());
        for (Object subcommand : subcommands) {
            commandLine.addSubcommand(subcommand);
        }
        addHelp(commandLine);
        commandLine.getSubcommands().values().forEach(Cli::addHelp);
        commandLine.setHelpSectionKeys(commandsFirst(commandLine.getHelpSectionKeys()));
        commandLine.setCaseInsensitiveEnumValuesAllowed(true);
        commandLine.setExpandAtFiles(false);
        commandLine.setParameterExceptionHandler(Cli::showMistake);
        commandLine.setExecutionExceptionHandler(Cli::showFailure);
    }

    /** The flags fill two screens, and whoever asks for help mostly wants a command. */
    private static List<String> commandsFirst(List<String> sections) {
        List<String> order = new ArrayList<>(sections);
        List<String> commands =
                List.of(UsageMessageSpec.SECTION_KEY_COMMAND_LIST_HEADING, UsageMessageSpec.SECTION_KEY_COMMAND_LIST);
        order.removeAll(commands);
        order.addAll(order.indexOf(UsageMessageSpec.SECTION_KEY_PARAMETER_LIST_HEADING), commands);
        return order;
    }

    private static void addHelp(CommandLine command) {
        command.getCommandSpec()
                .addOption(OptionSpec.builder("-h", "--help")
                        .usageHelp(true)
                        .description("Show this help and exit.")
                        .build());
    }

    /** Where output goes instead of the standard streams. */
    public Cli withOutput(PrintWriter out, PrintWriter err) {
        commandLine.setOut(out);
        commandLine.setErr(err);
        return this;
    }

    /** Executes one command line and returns its exit code. */
    public int execute(String... arguments) {
        return commandLine.execute(GoFlagSyntax.normalize(arguments));
    }

    private static int showMistake(ParameterException mistake, String[] arguments) {
        CommandLine command = mistake.getCommandLine();
        PrintWriter err = command.getErr();
        String name = command.getCommandSpec().qualifiedName();
        String.valueOf(mistake.getMessage()).lines().forEach(line -> err.println(name + ": " + line));
        UnmatchedArgumentException.printSuggestions(mistake, err);
        err.println("Run '" + name + " --help' for usage.");
        return CommandLine.ExitCode.USAGE;
    }

    private static int showFailure(Exception failure, CommandLine command, @Nullable ParseResult result) {
        String reason = failure.getMessage() == null ? failure.toString() : failure.getMessage();
        command.getErr().println(command.getCommandSpec().qualifiedName() + ": " + reason);
        if (failure instanceof RuntimeException) {
            failure.printStackTrace(command.getErr());
        } else {
            log.atDebug().setCause(failure).log("Command failed");
        }
        return CommandLine.ExitCode.SOFTWARE;
    }
}
