package io.ballast.daemon.config;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.event.Level;

/**
 * Puts flags, file and defaults together as kube-proxy does: with {@code --config} kube-proxy's own flags do not count,
 * except those for logging, the node's name and the API's address; Ballast's flags override the file's second document.
 * Thread-safe.
 */
public final class ConfigLoader {
    private final Supplier<String> hostName;
    private final Set<String> schedulers;

    /**
     * @param hostName what the operating system calls this host
     * @param schedulers names of the schedulers that can be chosen
     */
    public ConfigLoader(Supplier<String> hostName, Set<String> schedulers) {
        this.hostName = hostName;
        this.schedulers = Set.copyOf(schedulers);
    }

    /**
     * The configuration that a command line asks for.
     *
     * @throws InvalidConfigException with every mistake found
     */
    public LoadedConfig load(FlagValues flags) throws InvalidConfigException {
        Settings typed = read(flags);
        @Nullable Path file = path(typed, ProcessFields.CONFIG);
        return load(flags, typed, file, file == null ? null : new Document(file.toString(), ConfigFile.text(file)));
    }

    /**
     * The configuration that a command line asks for whose {@code --config} names a file with this text.
     *
     * @param name of the file, for messages
     * @throws InvalidConfigException with every mistake found
     */
    public LoadedConfig load(FlagValues flags, String name, String text) throws InvalidConfigException {
        return load(flags, read(flags), Path.of(name), new Document(name, text));
    }

    private static Settings read(FlagValues flags) throws InvalidConfigException {
        Problems problems = new Problems();
        Settings typed = new FlagReader(problems).read(flags);
        problems.throwIfAny();
        return typed;
    }

    private record Document(String name, String text) {}

    private LoadedConfig load(FlagValues flags, Settings typed, @Nullable Path file, @Nullable Document document)
            throws InvalidConfigException {
        Problems problems = new Problems();
        List<Notice> notices = new ArrayList<>();
        Settings settings = document == null ? typed : withFile(document, typed, flags, problems, notices);
        problems.throwIfAny();
        new ConfigNotices(settings, notices).add();
        DependentDefaults.apply(settings, file != null);
        new ConfigRules(settings, problems).check();
        BallastRules ballastRules = new BallastRules(settings, problems);
        ballastRules.check();
        String scheduler = ballastRules.scheduler(schedulers, notices);
        String nodeName = nodeName(settings, problems);
        problems.throwIfAny();
        return new LoadedConfig(
                new ConfigAssembler(settings).assemble(nodeName, scheduler),
                ConfigDocuments.of(settings),
                FlagTexts.of(typed),
                file,
                path(typed, ProcessFields.WRITE_CONFIG_TO),
                settings.get(ProcessFields.CLEANUP),
                settings.get(ProcessFields.INIT_ONLY),
                ConntrackFields.of(settings),
                notices);
    }

    private static Settings withFile(
            Document file, Settings typed, FlagValues flags, Problems problems, List<Notice> notices)
            throws InvalidConfigException {
        Settings settings = new ConfigFile(file.name(), file.text(), problems, notices).read();
        List<String> ignored = new ArrayList<>();
        for (Flag flag : flags.all().keySet()) {
            if (flag.scope() == Flag.Scope.KUBE_PROXY || flag.scope() == Flag.Scope.WITHOUT_EFFECT) {
                ignored.add(flag.option());
            } else {
                override(settings, flag, typed);
            }
        }
        if (!ignored.isEmpty()) {
            notices.add(new Notice(
                    Level.WARN,
                    "Flags ignored because a configuration file was given; set the values in the file",
                    Map.of("flags", String.join(" ", ignored), "file", file.name())));
        }
        return settings;
    }

    private static void override(Settings settings, Flag flag, Settings typed) {
        List<VModule> fromFile = settings.get(KubeProxyFields.VMODULE);
        flag.fields().forEach(field -> settings.copy(field, typed));
        if (flag.fields().contains(KubeProxyFields.VMODULE)) {
            List<VModule> joined = Stream.concat(typed.get(KubeProxyFields.VMODULE).stream(), fromFile.stream())
                    .toList();
            settings.put(KubeProxyFields.VMODULE, joined, flag.option());
        }
    }

    /** As upstream's {@code processHostnameOverrideFlag} and {@code GetHostname}. */
    private String nodeName(Settings settings, Problems problems) {
        if (settings.isGiven(ProcessFields.HOSTNAME_FLAG)) {
            String name = settings.get(ProcessFields.HOSTNAME_FLAG).trim().toLowerCase(Locale.ROOT);
            if (name.isEmpty()) {
                problems.add("--hostname-override", "is blank; give the Node's name, or leave the flag out");
            }
            settings.put(KubeProxyFields.HOSTNAME_OVERRIDE, name, "--hostname-override");
        }
        String override = settings.get(KubeProxyFields.HOSTNAME_OVERRIDE);
        String name = (override.isEmpty() ? hostName.get() : override).trim().toLowerCase(Locale.ROOT);
        if (name.isEmpty()) {
            String origin =
                    override.isEmpty() ? "--hostname-override" : settings.origin(KubeProxyFields.HOSTNAME_OVERRIDE);
            problems.add(origin, "the name of this Node is blank; give it here");
        }
        return name;
    }

    private static @Nullable Path path(Settings settings, Field<String> field) {
        String text = settings.get(field);
        return text.isEmpty() ? null : Path.of(text);
    }
}
