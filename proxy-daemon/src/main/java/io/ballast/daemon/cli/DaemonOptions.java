package io.ballast.daemon.cli;

import io.ballast.daemon.config.Flag;
import io.ballast.daemon.config.FlagValues;
import io.ballast.daemon.config.Flags;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.ArgGroupSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/** Carries the daemon's flags from their table into Picocli's model, and their values back. */
final class DaemonOptions {
    private DaemonOptions() {}

    /** Adds every flag, in one group a scope. */
    static void addTo(CommandSpec spec) {
        int order = 0;
        for (Flag.Scope scope : Flag.Scope.values()) {
            ArgGroupSpec.Builder group = ArgGroupSpec.builder()
                    .heading("%n" + scope.heading() + ":%n")
                    .validate(false)
                    .order(order++);
            for (Flag flag : Flags.all()) {
                if (flag.scope() == scope) {
                    group.addArg(option(flag, order++));
                }
            }
            spec.addArgGroup(group.build());
        }
    }

    private static OptionSpec option(Flag flag, int order) {
        @Nullable String shortOption = flag.shortOption();
        String[] names = shortOption == null ? new String[] {flag.option()} : new String[] {shortOption, flag.option()};
        // A flag may be given several times; the table decides whether all or only the last one counts.
        OptionSpec.Builder option = OptionSpec.builder(names)
                .type(List.class)
                .auxiliaryTypes(String.class)
                .paramLabel(flag.placeholder())
                .description(flag.description().replace("%", "%%"))
                .order(order);
        if (flag.isSwitch()) {
            option.arity("0..1").fallbackValue("true");
        }
        return option.build();
    }

    static FlagValues values(ParseResult result) {
        FlagValues values = new FlagValues();
        for (Flag flag : Flags.all()) {
            @Nullable OptionSpec option = result.matchedOption(flag.option());
            if (option != null) {
                option.originalStringValues().forEach(value -> values.add(flag, value));
            }
        }
        return values;
    }
}
