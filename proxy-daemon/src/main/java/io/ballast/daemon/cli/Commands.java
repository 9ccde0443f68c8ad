package io.ballast.daemon.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.UsageMessageSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** The command line as Picocli reads and explains it: flags and subcommands, put together. */
final class Commands {
    private Commands() {}

    /** @param subcommands beside those that ask a running daemon, each a Picocli-annotated object */
    static CommandLine of(DaemonStart start, Supplier<?>... subcommands) {
        CommandLine commandLine = new CommandLine(new BallastCommand(start));
        DaemonOptions.addTo(commandLine.getCommandSpec());
        commandLine.addSubcommand(new ServicesCommand());
        commandLine.addSubcommand(new EndpointsCommand());
        commandLine.addSubcommand(new ConnectionsCommand());
        commandLine.addSubcommand(new ExplainCommand());
        commandLine.addSubcommand(new CleanupCommand());
        commandLine.addSubcommand(new CapabilitiesCommand());
        for (Supplier<?> subcommand : subcommands) {
            commandLine.addSubcommand(subcommand.get());
        }
        addHelp(commandLine);
        commandLine.getSubcommands().values().forEach(Commands::addHelp);
        commandLine.setHelpSectionKeys(commandsFirst(commandLine.getHelpSectionKeys()));
        commandLine.setCaseInsensitiveEnumValuesAllowed(true);
        commandLine.setExpandAtFiles(false);
        commandLine.setParameterExceptionHandler(Commands::showMistake);
        commandLine.setExecutionExceptionHandler(Commands::showFailure);
        return commandLine;
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
        DaemonStart.showFailure(
                failure, command.getErr(), command.getCommandSpec().qualifiedName());
        return CommandLine.ExitCode.SOFTWARE;
    }
}
