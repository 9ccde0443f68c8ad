package io.ballast.daemon.check;

import io.ballast.core.model.HostAddresses;
import io.ballast.core.routing.RoutingTable;
import io.ballast.core.scheduling.SchedulerRegistry;
import io.ballast.daemon.config.ConfigLoader;
import io.ballast.daemon.config.FlagValues;
import io.ballast.daemon.config.InvalidConfigException;
import io.ballast.daemon.config.LoadedConfig;
import io.ballast.daemon.config.ProxyConfig;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** One run of {@code ballast check}. Confined to one thread. */
public final class Check {
    private final ConfigLoader loader;
    private final SchedulerRegistry schedulers;
    private final Supplier<HostAddresses> hostAddresses;
    private final Findings findings = new Findings();
    private final List<String> configurations = new ArrayList<>();
    private @Nullable ProxyConfig config;

    /**
     * What became of it.
     *
     * @param configurations files that a daemon could be started with
     * @param table what would be served, null when no file was a manifest
     * @param findings in the order in which they turned up
     */
    public record Result(
            List<String> configurations, @Nullable RoutingTable table, List<Finding> findings) {
        public Result {
            configurations = List.copyOf(configurations);
            findings = List.copyOf(findings);
        }

        public long count(Finding.Severity severity) {
            return findings.stream()
                    .filter(finding -> finding.severity() == severity)
                    .count();
        }
    }

    /**
     * @param hostAddresses of this host, where NodePorts would answer here
     */
    public Check(ConfigLoader loader, SchedulerRegistry schedulers, Supplier<HostAddresses> hostAddresses) {
        this.loader = loader;
        this.schedulers = schedulers;
        this.hostAddresses = hostAddresses;
    }

    /**
     * Checks configuration files first: manifests are read as a daemon with the last good one would read them.
     *
     * @param names files, directories, {@code -} for standard input
     * @param flags that the daemon would be started with
     * @throws InvalidConfigException when the flags alone cannot be used
     */
    public Result run(List<String> names, FlagValues flags, InputStream standardInput) throws InvalidConfigException {
        List<InputFile> manifests = new ArrayList<>();
        for (InputFile file : new InputFiles(standardInput, findings).read(names)) {
            if (file.isConfiguration()) {
                configuration(file.name().toString(), file.text(), flags);
            } else {
                file.embeddedConfigurations().forEach((name, text) -> configuration(name, text, flags));
                if (!file.hasOnlyConfigurations()) {
                    manifests.add(file);
                }
            }
        }
        if (manifests.isEmpty()) {
            return new Result(configurations, null, findings.all());
        }
        ProxyConfig effective = config == null ? loader.load(flags).config() : config;
        RoutingTable table = new DryRun(effective, schedulers, findings).table(manifests, hostAddresses.get());
        return new Result(configurations, table, findings.all());
    }

    private void configuration(String name, String text, FlagValues flags) {
        try {
            LoadedConfig loaded = loader.load(flags, name, text);
            loaded.notices().forEach(notice -> findings.notice(name, notice));
            configurations.add(name);
            config = loaded.config();
        } catch (InvalidConfigException e) {
            findings.invalid(e);
        }
    }
}
