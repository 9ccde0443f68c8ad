package io.ballast.daemon.e2e;

import io.ballast.netty.testing.Await;
import io.ballast.netty.testing.Machine;
import java.io.File;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The distribution's {@code bin/ballast}, running on a machine of a topology. */
final class BallastProcess implements AutoCloseable {
    private static final Path LAUNCHER = Path.of("target", "ballast", "bin", "ballast");

    private final Machine machine;
    private final Process process;
    private final Path log;

    private BallastProcess(Machine machine, Process process, Path log) {
        this.machine = machine;
        this.process = process;
        this.log = log;
    }

    /** Starts the daemon and returns once it is ready. */
    static BallastProcess start(Machine machine, Path sourceDir, String... flags) throws Exception {
        return start(List.of(), machine, sourceDir, flags);
    }

    /** @param prefix in front of the command: where it shall run */
    static BallastProcess start(List<String> prefix, Machine machine, Path sourceDir, String... flags)
            throws Exception {
        List<String> arguments = new ArrayList<>(List.of("--source-dir=" + sourceDir));
        arguments.addAll(List.of(flags));
        return start(prefix, machine, arguments);
    }

    /**
     * As {@link #start(Machine, Path, String...)}.
     *
     * @param flags name any source
     */
    static BallastProcess start(List<String> prefix, Machine machine, List<String> flags) throws Exception {
        List<String> arguments = new ArrayList<>(List.of("--hostname-override=" + machine.name(), "-v=2"));
        arguments.addAll(flags);
        return launch(prefix, machine, arguments).ready();
    }

    /** Returns once the daemon is ready; fails when it ends, or is killed because it takes too long. */
    BallastProcess ready() throws Exception {
        try {
            Await.until("Ballast is ready on " + machine.name() + ", see its log:", this::isReadyOrDead);
        } catch (AssertionError e) {
            // Nobody has it yet who would, and a client's connection that is kept open would find it in the next test.
            kill();
            throw e;
        }
        if (!process.isAlive()) {
            throw new AssertionError("Ballast ended with " + process.exitValue() + ":\n" + log());
        }
        return this;
    }

    static BallastProcess launch(Machine machine, List<String> arguments) throws IOException {
        return launch(List.of(), machine, arguments);
    }

    /** @param prefix in front of the command: where it shall run */
    static BallastProcess launch(List<String> prefix, Machine machine, List<String> arguments) throws IOException {
        Path log = Files.createTempFile("ballast-" + machine.name(), ".log");
        List<String> command = new ArrayList<>(
                List.of("nsenter", "--net=" + machine.namespace().path(), "--"));
        command.addAll(prefix);
        command.add(LAUNCHER.toAbsolutePath().toString());
        command.addAll(arguments);
        File output = log.toFile();
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output)
                .start();
        return new BallastProcess(machine, process, log);
    }

    private boolean isReadyOrDead() throws Exception {
        if (!process.isAlive()) {
            return true;
        }
        return machine.run(() -> {
            try {
                HttpURLConnection connection = (HttpURLConnection)
                        URI.create("http://127.0.0.1:10256/readyz").toURL().openConnection();
                connection.setConnectTimeout(500);
                connection.setReadTimeout(2_000);
                return connection.getResponseCode() == 200;
            } catch (IOException e) {
                return false; // Not listening yet.
            }
        });
    }

    /** What the admin server answers. */
    String admin(String path) throws Exception {
        return machine.run(() -> {
            HttpURLConnection connection = (HttpURLConnection)
                    URI.create("http://127.0.0.1:10249" + path).toURL().openConnection();
            connection.setReadTimeout(30_000);
            try (var body = connection.getInputStream()) {
                return new String(body.readAllBytes(), StandardCharsets.UTF_8);
            }
        });
    }

    long pid() {
        return process.pid();
    }

    String log() throws IOException {
        return Files.readString(log);
    }

    /** How many lines of the log hold the text. */
    long logged(String text) throws IOException {
        return log().lines().filter(line -> line.contains(text)).count();
    }

    /** SIGTERM; returns the exit code. */
    int stop() throws InterruptedException {
        process.destroy();
        if (!process.waitFor(60, TimeUnit.SECONDS)) {
            throw new AssertionError("Ballast did not end within 60 s of SIGTERM");
        }
        return process.exitValue();
    }

    /** Waits for an end that somebody else brought about; returns the exit code. */
    int awaitEnd() throws InterruptedException {
        if (!process.waitFor(60, TimeUnit.SECONDS)) {
            throw new AssertionError("Ballast did not end within 60 s");
        }
        return process.exitValue();
    }

    /** SIGKILL. */
    void kill() {
        process.destroyForcibly().onExit().join();
    }

    @Override
    public void close() throws IOException {
        if (process.isAlive()) {
            kill();
        }
        Files.deleteIfExists(log);
    }
}
