package io.ballast.daemon.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.ballast.netty.capability.CapabilityReport;
import io.ballast.netty.capability.CapabilityReport.FeatureState;
import io.ballast.netty.capability.CapabilityReport.Setting;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code ballast capabilities}: what this kernel and these privileges allow, and what is lost without each. */
@Command(
        name = "capabilities",
        description = "Shows what this kernel and these privileges allow, and what is lost without each.")
final class CapabilitiesCommand implements Callable<Integer> {
    /** How to print. */
    enum Format {
        TABLE,
        JSON
    }

    @Spec
    private @Nullable CommandSpec spec;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "table|json",
            defaultValue = "table",
            description = "How to print. Default ${DEFAULT-VALUE}.")
    private Format format = Format.TABLE;

    @Override
    public Integer call() throws JsonProcessingException {
        if (spec == null) {
            throw new IllegalStateException("Picocli gives every command its specification before it runs");
        }
        CapabilityReport report = CapabilityReport.probe();
        PrintWriter out = spec.commandLine().getOut();
        if (format == Format.JSON) {
            out.println(new JsonMapper().writerWithDefaultPrettyPrinter().writeValueAsString(report));
        } else {
            print(report, out);
        }
        return CommandLine.ExitCode.OK;
    }

    private static void print(CapabilityReport report, PrintWriter out) {
        out.println(
                "Process: " + (report.process().isEmpty() ? "no capabilities" : String.join(" ", report.process())));
        Table features = new Table("FEATURE", "AVAILABLE", "WHY NOT", "LOST WITHOUT IT");
        for (FeatureState state : report.features()) {
            features.row(
                    state.feature(),
                    state.available() ? "yes" : "no",
                    state.reason(),
                    state.available() ? "" : state.lost());
        }
        out.println();
        out.print(features);
        Table settings = new Table("SETTING", "VALUE", "WANTED", "FITS", "PURPOSE");
        for (Setting setting : report.settings()) {
            settings.row(
                    setting.name(),
                    setting.value(),
                    setting.wanted(),
                    setting.fits() ? "yes" : "NO",
                    setting.purpose());
        }
        out.println();
        out.print(settings);
        out.println();
        out.println("Incoming traffic:");
        if (report.firewall().isEmpty()) {
            out.println("  no chain drops by default what comes in");
        }
        report.firewall().forEach(line -> out.println("  " + line));
        out.flush();
    }
}
