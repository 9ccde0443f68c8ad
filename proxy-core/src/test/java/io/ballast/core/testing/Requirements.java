package io.ballast.core.testing;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The checks behind the annotations of this package: each answers what is missing, or empty. */
final class Requirements {
    private static final Pattern VERSION = Pattern.compile("(\\d+)\\.(\\d+).*");
    private static final int CAP_NET_ADMIN = 12;
    private static final int CAP_SYS_ADMIN = 21;

    private Requirements() {}

    static Optional<String> missingRoot() {
        if (!isLinux()) {
            return Optional.of("needs Linux");
        }
        try {
            boolean root = Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0);
            long needed = 1L << CAP_NET_ADMIN | 1L << CAP_SYS_ADMIN;
            boolean capable = (effectiveCapabilities() & needed) == needed;
            return root && capable
                    ? Optional.empty()
                    : Optional.of("needs root with CAP_NET_ADMIN and CAP_SYS_ADMIN (for network namespaces)");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static long effectiveCapabilities() throws IOException {
        return Files.readAllLines(Path.of("/proc/self/status")).stream()
                .filter(line -> line.startsWith("CapEff:"))
                .mapToLong(line -> Long.parseUnsignedLong(
                        line.substring("CapEff:".length()).strip(), 16))
                .findFirst()
                .orElse(0);
    }

    static Optional<String> missingCommand(String command) {
        for (String directory : System.getenv().getOrDefault("PATH", "").split(File.pathSeparator)) {
            if (Files.isExecutable(Path.of(directory, command))) {
                return Optional.empty();
            }
        }
        return Optional.of("needs the command " + command + " on the path");
    }

    static Optional<String> missingKernel(String needed) {
        if (!isLinux()) {
            return Optional.of("needs Linux " + needed + " or newer");
        }
        String running = System.getProperty("os.version");
        return version(running) >= version(needed)
                ? Optional.empty()
                : Optional.of("needs Linux " + needed + " or newer, this is " + running);
    }

    static Optional<String> missingFeature(Class<? extends FeatureProbe> probe) {
        try {
            var constructor = probe.getDeclaredConstructor();
            constructor.setAccessible(true);
            return constructor.newInstance().missing();
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("cannot run probe " + probe.getName(), e);
        }
    }

    private static boolean isLinux() {
        return System.getProperty("os.name").equals("Linux");
    }

    /** Major and minor version as one number that compares. */
    private static long version(String text) {
        Matcher matcher = VERSION.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("not a kernel version: " + text);
        }
        return Long.parseLong(matcher.group(1)) << 32 | Long.parseLong(matcher.group(2));
    }
}
