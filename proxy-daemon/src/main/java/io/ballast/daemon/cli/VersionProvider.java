package io.ballast.daemon.cli;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.IVersionProvider;

/** The program's version, from the manifest of its jar. */
final class VersionProvider implements IVersionProvider {
    /** The release whose flags, configuration and behaviour this one matches. */
    private static final String KUBERNETES = "1.36";

    @Override
    public String[] getVersion() {
        return new String[] {"Ballast " + version()};
    }

    /** All there is to say, one fact a line. */
    String[] raw() {
        return new String[] {
            "version: " + version(),
            "kube-proxy: " + KUBERNETES,
            "java: " + Runtime.version(),
            "vm: " + System.getProperty("java.vm.name") + ", " + System.getProperty("java.vm.vendor"),
            "platform: " + System.getProperty("os.name") + " " + System.getProperty("os.version") + " "
                    + System.getProperty("os.arch")
        };
    }

    private static String version() {
        @Nullable String version = VersionProvider.class.getPackage().getImplementationVersion();
        return version == null ? "development" : version;
    }
}
