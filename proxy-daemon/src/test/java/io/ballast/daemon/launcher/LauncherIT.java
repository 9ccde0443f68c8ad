package io.ballast.daemon.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import io.ballast.daemon.TerminationProgram;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The distribution's {@code bin/ballast}, as {@code package} leaves it, run by the system's {@code sh}. */
class LauncherIT {
    private static final Path DISTRIBUTION = Path.of("target/ballast").toAbsolutePath();
    private static final Path LAUNCHER = DISTRIBUTION.resolve("bin/ballast");

    private final Map<String, String> environment = new LinkedHashMap<>();

    @TempDir
    Path directory;

    private record Outcome(int exitCode, String out, String err) {}

    private Outcome run(Path program, String... arguments) throws Exception {
        Process process = start(program, arguments);
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return new Outcome(process.exitValue(), out, Files.readString(directory.resolve("err")));
    }

    private Process start(Path program, String... arguments) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(Stream.concat(Stream.of(program.toString()), Stream.of(arguments))
                .toList());
        builder.directory(directory.toFile());
        builder.redirectError(directory.resolve("err").toFile());
        builder.environment().keySet().removeAll(List.of("JAVA_HOME", "JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS"));
        builder.environment().putAll(environment);
        return builder.start();
    }

    static List<Path> jdks() throws IOException {
        return Jdks.here();
    }

    @ParameterizedTest
    @MethodSource("jdks")
    void runsOnTheJdkOfJavaHomeWithoutAWarning(Path jdk) throws Exception {
        environment.put("JAVA_HOME", jdk.toString());

        Outcome outcome = run(LAUNCHER, "--version=raw");

        assertThat(outcome.exitCode()).isZero();
        assertThat(outcome.out()).contains("java: " + Jdks.feature(jdk));
        assertThat(outcome.err()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"0, 5", "1000, -1"})
    void compilersYieldToTheRestWhereItRunsAsRoot(String user, String nice) throws Exception {
        Path id = Files.createDirectories(directory.resolve("who")).resolve("id");
        Files.writeString(id, "#!/bin/sh\necho " + user + "\n");
        assertThat(id.toFile().setExecutable(true)).isTrue();
        environment.put("JAVA_HOME", System.getProperty("java.home"));
        environment.put("PATH", id.getParent() + ":" + System.getenv("PATH"));
        environment.put("BALLAST_JAVA_OPTS", "-XX:+PrintFlagsFinal");

        assertThat(run(LAUNCHER, "--version").out()).containsPattern("CompilerThreadPriority\\s+= " + nice + "\\s");
    }

    @Test
    void takesTheNewestJdkWithoutJavaHome() throws Exception {
        int newest = Jdks.here().stream().mapToInt(Jdks::feature).max().orElseThrow();
        environment.put("PATH", System.getProperty("java.home") + "/bin:" + System.getenv("PATH"));

        assertThat(run(LAUNCHER, "--version=raw").out()).contains("java: " + newest);
    }

    @Test
    void saysWhatIsWrongWithJavaHome() throws Exception {
        environment.put("JAVA_HOME", "/no/such/jdk");

        assertThat(run(LAUNCHER, "--version"))
                .isEqualTo(new Outcome(
                        1, "", "ballast: JAVA_HOME is /no/such/jdk, which has no bin/java; correct or unset it\n"));
    }

    @Test
    void refusesAnOldJava() throws Exception {
        Path java = Files.createDirectories(directory.resolve("old/bin")).resolve("java");
        Files.writeString(java, "#!/bin/sh\necho 'openjdk version \"1.8.0_392\"' >&2\n");
        assertThat(java.toFile().setExecutable(true)).isTrue();
        environment.put("JAVA_HOME", directory.resolve("old").toString());

        Outcome outcome = run(LAUNCHER, "--version");

        assertThat(outcome.exitCode()).isEqualTo(1);
        assertThat(outcome.err()).startsWith("ballast: Java 8 in ").contains("needs 17 or later");
    }

    @Test
    void findsItsLibrariesThroughLinks() throws Exception {
        Path first = Files.createSymbolicLink(directory.resolve("first"), LAUNCHER);
        Files.createDirectory(directory.resolve("with blank"));
        Path second = Files.createSymbolicLink(directory.resolve("with blank/second"), Path.of("../first"));

        assertThat(run(first, "--version").out()).startsWith("Ballast ");
        assertThat(run(second, "--version").out()).startsWith("Ballast ");
        assertThat(run(Path.of("/bin/sh"), "first", "--version").out()).startsWith("Ballast ");
    }

    /** An archive of classes fits one class path only, and each file system lists a directory in an order of its own. */
    @Test
    void namesTheLibrariesInTheOrderOfTheirNames() throws Exception {
        environment.put("BALLAST_JAVA_OPTS", "-XshowSettings:properties");
        environment.put("BALLAST_CLASSPATH", "/of/my/own.jar");

        List<String> classPath = run(LAUNCHER, "--version")
                .err()
                .lines()
                .dropWhile(line -> !line.contains("java.class.path = "))
                .takeWhile(line -> line.contains("java.class.path") || !line.contains(" = "))
                .map(line -> line.substring(line.indexOf('/')))
                .toList();

        try (Stream<Path> libraries = Files.list(DISTRIBUTION.resolve("lib"))) {
            Stream<String> jars = libraries.map(Path::toString).filter(name -> name.endsWith(".jar"));
            assertThat(classPath)
                    .containsExactlyElementsOf(Stream.concat(jars.sorted(), Stream.of("/of/my/own.jar"))
                            .toList());
        }
    }

    @Test
    void runsFromADirectoryWithABlankInItsName() throws Exception {
        Path copy = Files.createDirectories(directory.resolve("a b/bin")).resolve("ballast");
        Files.copy(LAUNCHER, copy);
        Files.createSymbolicLink(directory.resolve("a b/lib"), DISTRIBUTION.resolve("lib"));

        assertThat(run(Path.of("/bin/sh"), copy.toString(), "--version").out()).startsWith("Ballast ");
    }

    @Test
    void saysSoWhenItsLibrariesAreGone() throws Exception {
        Path copy = Files.createDirectories(directory.resolve("alone/bin")).resolve("ballast");
        Files.copy(LAUNCHER, copy);

        Outcome outcome = run(Path.of("/bin/sh"), copy.toString());

        assertThat(outcome.exitCode()).isEqualTo(1);
        assertThat(outcome.err())
                .contains("no directory " + directory.toRealPath().resolve("alone/lib"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"-XX:+UseG1GC", "-Xmx64m -XX:+UseSerialGC", "-XX:ErrorFile=/tmp/*.log"})
    void letsOptionsForTheJvmBeAdded(String options) throws Exception {
        environment.put("BALLAST_JAVA_OPTS", options);

        assertThat(run(LAUNCHER, "--version").exitCode()).isZero();
    }

    /** Written once after installation; where it no longer fits, as with another collector, it is passed over in silence. */
    @Test
    void startsFromAnArchiveThatAnEarlierRunWrote() throws Exception {
        Path copy = copyOfTheDistribution();
        environment.put("JAVA_HOME", System.getProperty("java.home"));
        environment.put("BALLAST_ARCHIVE", "write");
        Outcome writing = run(copy, "demo", "--duration=1s");
        assertThat(writing.exitCode()).as(writing.out() + writing.err()).isZero();
        environment.remove("BALLAST_ARCHIVE");

        environment.put("BALLAST_JAVA_OPTS", "-Xlog:class+load");
        assertThat(run(copy, "--version").out())
                .containsPattern("io\\.ballast\\.daemon\\.Main source: shared objects file")
                .contains("\nBallast ");
        environment.put("BALLAST_JAVA_OPTS", "-XX:+UseG1GC");
        Outcome other = run(copy, "--version");
        assertThat(other.out()).startsWith("Ballast ");
        assertThat(other.err()).isEmpty();
    }

    private Path copyOfTheDistribution() throws IOException {
        Path home = Files.createDirectories(directory.resolve("copy"));
        Path library = Files.createDirectories(home.resolve("lib"));
        try (Stream<Path> jars = Files.list(DISTRIBUTION.resolve("lib"))) {
            for (Path jar :
                    jars.filter(file -> file.toString().endsWith(".jar")).toList()) {
                Files.createSymbolicLink(library.resolve(jar.getFileName()), jar);
            }
        }
        Path copy = Files.createDirectories(home.resolve("bin")).resolve("ballast");
        return Files.copy(LAUNCHER, copy, StandardCopyOption.COPY_ATTRIBUTES);
    }

    @Test
    void passesArgumentsAndExitCodesOn() throws Exception {
        Outcome outcome = run(LAUNCHER, "--hostname-override", "a b", "--mark=* x");

        assertThat(outcome.exitCode()).isEqualTo(2);
        assertThat(outcome.err()).startsWith("ballast: --mark: \"* x\" is not a mark of 32 bits");
    }

    @ParameterizedTest
    @MethodSource("jdks")
    void isOneProcessThatEndsWithZeroOnSigterm(Path jdk) throws Exception {
        environment.put("JAVA_HOME", jdk.toString());
        // The first word that is no option is the main class, so what the launcher adds become its arguments.
        environment.put(
                "BALLAST_JAVA_OPTS",
                "-cp " + Path.of("target/test-classes").toAbsolutePath() + ":" + DISTRIBUTION + "/lib/* "
                        + TerminationProgram.class.getName() + " wait");
        Process process = start(LAUNCHER);
        try (BufferedReader output = process.inputReader()) {
            assertThat(output.readLine()).isEqualTo("ready");
            assertThat(process.toHandle().info().command())
                    .hasValueSatisfying(command -> assertThat(command).endsWith("/java"));
            assertThat(process.children()).isEmpty();
            assertThat(process.toHandle().destroy()).isTrue();
            assertThat(output.readLine()).isEqualTo("drained");
        }
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isZero();
    }
}
