package io.ballast.daemon.cli;

import io.ballast.daemon.config.ConfigLoader;
import io.ballast.daemon.config.LoadedConfig;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** A command line whose output is kept, and whose daemon only notes what it was started with. */
final class CliFixture {
    final List<LoadedConfig> started = new ArrayList<>();
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private final Cli cli;

    CliFixture() {
        this(0);
    }

    CliFixture(int exitCode) {
        this.cli = new Cli(() -> new ConfigLoader(() -> "host-a", Set.of("rr", "lc")), loaded -> {
                    started.add(loaded);
                    return exitCode;
                })
                .withOutput(new PrintWriter(out, true), new PrintWriter(err, true));
    }

    CliFixture(DaemonRunner runner) {
        this.cli = new Cli(() -> new ConfigLoader(() -> "host-a", Set.of("rr", "lc")), runner)
                .withOutput(new PrintWriter(out, true), new PrintWriter(err, true));
    }

    int execute(String... arguments) {
        return cli.execute(arguments);
    }

    String out() {
        return out.toString();
    }

    String err() {
        return err.toString();
    }
}
