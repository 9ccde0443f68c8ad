package io.ballast.daemon.launcher;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The Java homes of this machine that may run Ballast. Stateless. */
final class Jdks {
    private static final Path INSTALLED = Path.of("/usr/lib/jvm");
    private static final int OLDEST = 17;

    private Jdks() {}

    /** The one that runs this test, and all that are installed, each once: distributions have links to them. */
    static List<Path> here() throws IOException {
        Path ours = Path.of(System.getProperty("java.home"));
        if (!Files.isDirectory(INSTALLED)) {
            return List.of(real(ours));
        }
        try (Stream<Path> installed = Files.list(INSTALLED)) {
            return Stream.concat(Stream.of(ours), installed.filter(jdk -> feature(jdk) >= OLDEST))
                    .map(Jdks::real)
                    .distinct()
                    .toList();
        }
    }

    private static Path real(Path jdk) {
        try {
            return jdk.toRealPath();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The feature release, 0 where there is no Java. */
    static int feature(Path jdk) {
        if (!Files.isExecutable(jdk.resolve("bin/java"))) {
            return 0;
        }
        try {
            return Files.readAllLines(jdk.resolve("release")).stream()
                    .filter(line -> line.startsWith("JAVA_VERSION="))
                    .map(line -> Runtime.Version.parse(line.substring(14, line.length() - 1)))
                    .map(Runtime.Version::feature)
                    .findFirst()
                    .orElse(0);
        } catch (IOException noRelease) {
            return 0;
        }
    }
}
