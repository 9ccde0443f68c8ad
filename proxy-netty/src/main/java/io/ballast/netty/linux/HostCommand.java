package io.ballast.netty.linux;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/** A program of the host, run to its end in the caller's network namespace. Stateless. */
public final class HostCommand {
    /** Where administrators' programs are, which the path of a service often lacks. */
    private static final List<String> SYSTEM = List.of("/usr/sbin", "/sbin", "/usr/bin", "/bin");

    private HostCommand() {}

    /** Whether the host has the program, on the path or where administrators keep theirs. */
    public static boolean isInstalled(String name) {
        return Stream.concat(
                        Arrays.stream(
                                Objects.toString(System.getenv("PATH"), "").split(File.pathSeparator)),
                        SYSTEM.stream())
                .anyMatch(directory -> !directory.isEmpty() && Files.isExecutable(Path.of(directory, name)));
    }

    /**
     * Returns what it prints.
     *
     * @throws IOException with what it said, when it fails
     */
    public static String run(String input, String... command) throws IOException {
        Path in = Files.createTempFile("ballast", ".in");
        Path err = Files.createTempFile("ballast", ".err");
        try {
            Files.writeString(in, input);
            ProcessBuilder builder =
                    new ProcessBuilder(command).redirectInput(in.toFile()).redirectError(err.toFile());
            builder.environment()
                    .merge(
                            "PATH",
                            String.join(File.pathSeparator, SYSTEM),
                            (old, add) -> old + File.pathSeparator + add);
            Process process = builder.start();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            int status = process.waitFor();
            if (status != 0) {
                throw new IOException(String.join(" ", command) + " ended with " + status + ": "
                        + Files.readString(err).strip());
            }
            return output;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while running " + String.join(" ", command), e);
        } finally {
            Files.deleteIfExists(in);
            Files.deleteIfExists(err);
        }
    }
}
