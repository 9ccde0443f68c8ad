package io.ballast.daemon.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.ballast.core.model.HostAddresses;
import io.ballast.core.scheduling.SchedulerRegistry;
import io.ballast.daemon.check.Check;
import io.ballast.daemon.check.Finding;
import io.ballast.daemon.config.ConfigLoader;
import io.ballast.daemon.config.Flag;
import io.ballast.daemon.config.FlagValues;
import io.ballast.daemon.config.Flags;
import io.ballast.daemon.config.InvalidConfigException;
import io.ballast.daemon.logging.LoggingSetup;
import java.io.InputStream;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code ballast check}: a dry run of manifests and configuration files. */
@Command(
        name = "check",
        description = {
            "Shows what the daemon would make of manifests (Service, EndpointSlice, Node) and configuration files,",
            "kubeadm's ConfigMap included, without running it. Manifests are read as with the configuration among FILE."
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:All can be used; there may be warnings, where a default applies instead",
            "2:Errors: a file cannot be used, or something that it says would not be served"
        })
public final class CheckCommand implements Callable<Integer> {
    private final Supplier<ConfigLoader> loader;
    private final SchedulerRegistry schedulers;
    private final Supplier<HostAddresses> hostAddresses;
    private final InputStream standardInput;

    @Spec
    private @Nullable CommandSpec spec;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FORMAT",
            defaultValue = "table",
            converter = OutputFormat.Converter.class,
            description = "table or json. Default: ${DEFAULT-VALUE}.")
    private OutputFormat format = OutputFormat.TABLE;

    @Option(
            names = "--hostname-override",
            paramLabel = "NAME",
            description = "Name of the Node for which to check, as with the daemon.")
    private @Nullable String nodeName;

    @Parameters(
            arity = "1..*",
            paramLabel = "FILE",
            description = "A file, a directory (every *.yaml, *.yml and *.json below it), or - for standard input.")
    private List<String> files = List.of();

    /**
     * @param hostAddresses of this host, where NodePorts would answer here
     * @param standardInput read when a FILE is {@code -}
     */
    public CheckCommand(
            Supplier<ConfigLoader> loader,
            SchedulerRegistry schedulers,
            Supplier<HostAddresses> hostAddresses,
            InputStream standardInput) {
        this.loader = loader;
        this.schedulers = schedulers;
        this.hostAddresses = hostAddresses;
        this.standardInput = standardInput;
    }

    @Override
    public Integer call() throws JsonProcessingException {
        if (spec == null) {
            throw new IllegalStateException("Picocli gives every command its specification before it runs");
        }
        LoggingSetup.Scope quiet = LoggingSetup.warningsOnly();
        try {
            Check.Result result = run(spec.commandLine());
            print(result, spec.commandLine());
            return result.count(Finding.Severity.ERROR) == 0 ? CommandLine.ExitCode.OK : CommandLine.ExitCode.USAGE;
        } finally {
            quiet.close();
        }
    }

    private Check.Result run(CommandLine commandLine) {
        FlagValues flags = new FlagValues();
        if (nodeName != null) {
            Flag flag = Flags.find("hostname-override").orElseThrow();
            flags.add(flag, nodeName);
        }
        try {
            return new Check(loader.get(), schedulers, hostAddresses).run(files, flags, standardInput);
        } catch (InvalidConfigException e) {
            throw new ParameterException(commandLine, String.valueOf(e.getMessage()), e);
        }
    }

    private void print(Check.Result result, CommandLine commandLine) throws JsonProcessingException {
        PrintWriter out = commandLine.getOut();
        PrintWriter err = commandLine.getErr();
        CheckView view = new CheckView(result);
        out.print(format == OutputFormat.JSON ? view.json().toPrettyString() + "\n" : view.text());
        out.flush();
        result.findings().forEach(err::println);
        if (!result.findings().isEmpty()) {
            err.println(view.summary());
        }
        err.flush();
    }
}
