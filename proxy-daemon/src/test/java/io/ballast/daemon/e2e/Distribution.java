package io.ballast.daemon.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.ballast.netty.testing.Machine;
import io.ballast.netty.testing.Resources;
import io.ballast.netty.testing.Topology;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The distribution as {@code package} leaves it, in a copy that starts from an archive of classes: a daemon starts with
 * much less CPU time, and there are hundreds of them. The first test after a build makes it, whichever process it is in;
 * the others wait. Thread-safe.
 */
final class Distribution {
    /** For the launcher's environment: of a life as short as here, optimizing code takes a third, and saves nothing. */
    static final Map<String, String> QUICK_START = Map.of("BALLAST_JAVA_OPTS", "-XX:TieredStopAtLevel=1");

    private static final Path BUILT = Path.of("target", "ballast").toAbsolutePath();
    private static final Path COPY = Path.of("target", "ballast-archived").toAbsolutePath();
    private static final Path LOCK = Path.of("target", "ballast-archived.lock");

    /** What the copy was made of. */
    private static final Path ORIGIN = COPY.resolve("origin");

    private Distribution() {}

    private static final class Holder {
        static final Path LAUNCHER = prepared();
    }

    /** Its {@code bin/ballast}. */
    static Path launcher() {
        return Holder.LAUNCHER;
    }

    private static Path prepared() {
        try (FileChannel file = FileChannel.open(LOCK, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                FileLock alone = file.lock()) {
            assertThat(alone.isValid()).isTrue();
            Path launcher = COPY.resolve("bin/ballast");
            String origin = origin();
            if (!Files.exists(ORIGIN) || !Files.readString(ORIGIN).equals(origin)) {
                copy(launcher);
                writeArchive(launcher);
                Files.writeString(ORIGIN, origin);
            }
            return launcher;
        } catch (Exception e) {
            throw new AssertionError("no copy of the distribution with an archive", e);
        }
    }

    /** Changes with the JVM and with every build. */
    private static String origin() throws IOException {
        try (Stream<Path> files = Files.walk(BUILT)) {
            return System.getProperty("java.home")
                    + files.filter(Files::isRegularFile)
                            .sorted()
                            .map(Distribution::identity)
                            .collect(Collectors.joining());
        }
    }

    private static String identity(Path file) {
        try {
            return "\n" + file + " " + Files.size(file) + " " + Files.getLastModifiedTime(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void copy(Path launcher) throws IOException {
        Files.deleteIfExists(ORIGIN);
        Path library = Files.createDirectories(COPY.resolve("lib"));
        try (Stream<Path> old = Files.list(library)) {
            for (Path file : old.toList()) {
                Files.delete(file);
            }
        }
        try (Stream<Path> jars = Files.list(BUILT.resolve("lib"))) {
            for (Path jar : jars.toList()) {
                Files.createSymbolicLink(library.resolve(jar.getFileName()), jar);
            }
        }
        Files.createDirectories(launcher.getParent());
        Files.copy(
                BUILT.resolve("bin/ballast"),
                launcher,
                StandardCopyOption.REPLACE_EXISTING,
                StandardCopyOption.COPY_ATTRIBUTES);
    }

    /** Has the classes that a daemon needs from its start to its end, with clients of both protocols. */
    private static void writeArchive(Path launcher) throws Exception {
        try (Resources resources = new Resources()) {
            Topology topology = resources.keep(Topology.builder()
                    .node("node1")
                    .bridgedPod("client")
                    .bridgedPod("web")
                    .build());
            Machine node = topology.machine("node1");
            Machine web = topology.machine("web");
            Path manifests = resources.directory();
            NodeManifest.of(node).write(manifests);
            Manifest.service("web", "10.96.0.10", "fd00:96::10")
                    .port(80, 30080)
                    .externalIps("203.0.113.250")
                    .endpoints(web)
                    .write(manifests);
            resources.keep(NamedServer.start(web, "web", Cluster.TARGET_PORT));
            BallastProcess ballast = resources.keep(BallastProcess.launch(
                    launcher,
                    Map.of("BALLAST_ARCHIVE", "write"),
                    List.of(),
                    node,
                    List.of("--hostname-override=node1", "-v=2", "--source-dir=" + manifests)));
            ballast.ready();
            for (String address : List.of("10.96.0.10", "fd00:96::10")) {
                assertThat(Dial.tcpServer(topology.machine("client"), address, 80))
                        .isEqualTo("web");
                assertThat(Dial.udpServer(topology.machine("client"), address, 80, 100))
                        .isEqualTo("web");
            }
            ballast.admin("/metrics");
            assertThat(ballast.stop()).as(ballast.log()).isZero();
            assertThat(COPY.resolve("lib")).as(ballast.log()).isDirectoryContaining("regex:.*\\.(jsa|aot)");
        }
    }
}
