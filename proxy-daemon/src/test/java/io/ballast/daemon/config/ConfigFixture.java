package io.ballast.daemon.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;

/** Loads configurations as the command line would, with a host name and schedulers of the test's own. */
final class ConfigFixture {
    static final String HOST = "Host-A\n";

    private ConfigFixture() {}

    /** Loads from flags of the form {@code --name=value}. */
    static LoadedConfig load(String... arguments) throws InvalidConfigException {
        FlagValues flags = new FlagValues();
        for (String argument : arguments) {
            int equals = argument.indexOf('=');
            String name = argument.substring(2, equals);
            flags.add(
                    Flags.find(name).orElseThrow(() -> new AssertionError("no flag " + name)),
                    argument.substring(equals + 1));
        }
        return new ConfigLoader(() -> HOST, Set.of("rr", "lc", "sh")).load(flags);
    }

    /** Loads a file with this text, and more flags. */
    static LoadedConfig loadFile(Path directory, String yaml, String... arguments)
            throws IOException, InvalidConfigException {
        Path file = Files.writeString(directory.resolve("config.conf"), yaml);
        String[] all = new String[arguments.length + 1];
        System.arraycopy(arguments, 0, all, 1, arguments.length);
        all[0] = "--config=" + file;
        return load(all);
    }

    /** A KubeProxyConfiguration with these fields. */
    static String kubeProxy(String fields) {
        return "apiVersion: kubeproxy.config.k8s.io/v1alpha1\nkind: KubeProxyConfiguration\n" + fields + "\n";
    }

    /** A BallastConfiguration with these fields. */
    static String ballast(String fields) {
        return "---\napiVersion: ballast.io/v1alpha1\nkind: BallastConfiguration\n" + fields + "\n";
    }
}
