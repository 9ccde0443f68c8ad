package io.ballast.daemon;

import io.ballast.core.model.HostAddresses;
import io.ballast.core.scheduling.SchedulerRegistry;
import io.ballast.daemon.cli.CheckCommand;
import io.ballast.daemon.cli.Cli;
import io.ballast.daemon.config.ConfigLoader;
import io.ballast.daemon.config.HostName;
import io.ballast.daemon.demo.DemoCommand;
import io.ballast.daemon.logging.LoggingSetup;
import io.ballast.netty.linux.Capability;
import io.ballast.netty.node.NodeNetwork;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The program's entry point. */
public final class Main {
    private Main() {}

    public static void main(String[] args) {
        System.exit(cli().execute(args));
    }

    private static Cli cli() {
        SchedulerRegistry schedulers = SchedulerRegistry.load(Main.class.getClassLoader());
        Supplier<ConfigLoader> loader = () -> new ConfigLoader(HostName::read, schedulers.names());
        return new Cli(
                loader,
                loaded -> DaemonRun.run(loaded, schedulers),
                () -> new CheckCommand(loader, schedulers, Main::hostAddresses, System.in),
                () -> new DemoCommand(flags -> startInProcess(loader, schedulers, flags)));
    }

    private static HostAddresses hostAddresses() {
        try (NodeNetwork network = NodeNetwork.open(() -> {})) {
            return network.servedAddresses();
        }
    }

    /**
     * A daemon of this process, from a command line as any other. It works without privileges even where the user has
     * them: a demo must not touch what the kernel holds, perhaps for another Ballast that serves this node.
     */
    private static AutoCloseable startInProcess(
            Supplier<ConfigLoader> loader, SchedulerRegistry schedulers, List<String> flags) throws Exception {
        if (!Capability.effective().isEmpty()) {
            Capability.keepOnly(Set.of());
        }
        AtomicReference<@Nullable Daemon> started = new AtomicReference<>();
        int code = new Cli(loader, loaded -> {
                    LoggingSetup.warningsOnly();
                    Daemon daemon = new Daemon(loaded, schedulers, exit -> {
                        throw new IllegalStateException("the daemon would end with exit code " + exit);
                    });
                    daemon.start();
                    started.set(daemon);
                    return 0;
                })
                .execute(flags.toArray(String[]::new));
        Daemon daemon = started.get();
        if (code != 0 || daemon == null) {
            throw new IOException("the daemon did not start, exit code " + code);
        }
        return daemon;
    }
}
