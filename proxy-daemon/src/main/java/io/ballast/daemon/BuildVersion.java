package io.ballast.daemon;

import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What this program is. Stateless. */
final class BuildVersion {
    /** The release whose flags, configuration and behaviour this one matches. */
    private static final String KUBERNETES = "1.36";

    private BuildVersion() {}

    /** From the manifest of the jar; {@code development} where there is none. */
    static String version() {
        @Nullable String version = BuildVersion.class.getPackage().getImplementationVersion();
        return version == null ? "development" : version;
    }

    /** Labels of {@code ballast_build_info}. */
    static Map<String, String> labels() {
        return Map.of(
                "version",
                version(),
                "kubernetes_version",
                KUBERNETES,
                "java_version",
                Runtime.version().toString(),
                "platform",
                System.getProperty("os.name").toLowerCase(Locale.ROOT) + "/" + System.getProperty("os.arch"));
    }
}
