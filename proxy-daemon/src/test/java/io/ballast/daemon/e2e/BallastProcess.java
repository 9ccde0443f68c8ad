package io.ballast.daemon.e2e;

import io.ballast.netty.testing.Await;
import io.ballast.netty.testing.Machine;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** The {@link Distribution}'s {@code bin/ballast}, running on a machine of a topology. */
final class BallastProcess implements AutoCloseable {
    /** A busy machine takes its time to start a virtual machine. */
    private static final Duration START_LIMIT = Duration.ofMinutes(1);

    private final Machine machine;
    private final Process process;
    private final Path log;

    private BallastProcess(Machine machine, Process process, Path log) {
        this.machine = machine;
        this.process = process;
        this.log = log;
    }

    /** Starts a daemon that goes by the machine's name and says what it does; returns at once. */
    static BallastProcess daemon(List<String> prefix, Machine machine, List<String> flags) throws IOException {
        List<String> arguments = new ArrayList<>(List.of("--hostname-override=" + machine.name(), "-v=2"));
        arguments.addAll(flags);
        return launch(prefix, machine, arguments);
    }

    static BallastProcess launch(Machine machine, List<String> arguments) throws IOException {
        return launch(List.of(), machine, arguments);
    }

    /** @param prefix in front of the command: where it shall run */
    static BallastProcess launch(List<String> prefix, Machine machine, List<String> arguments) throws IOException {
        return launch(Distribution.launcher(), Map.of(), prefix, machine, arguments);
    }

    /** Starts another copy of the distribution. */
    static BallastProcess launch(
            Path launcher,
            Map<String, String> environment,
            List<String> prefix,
            Machine machine,
            List<String> arguments)
            throws IOException {
        Path log = Files.createTempFile("ballast-" + machine.name(), ".log");
        List<String> command = new ArrayList<>(
                List.of("nsenter", "--net=" + machine.namespace().path(), "--"));
        command.addAll(prefix);
        command.add(launcher.toString());
        command.addAll(arguments);
        File output = log.toFile();
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output);
        builder.environment().putAll(Distribution.QUICK_START);
        builder.environment().putAll(environment);
        return new BallastProcess(machine, builder.start(), log);
    }

    /** Returns once the daemon is ready; fails with its log where it ends or takes too long. */
    BallastProcess ready() throws Exception {
        try {
            Await.until("Ballast is ready on " + machine.name(), START_LIMIT, this::isReadyOrDead);
        } catch (AssertionError e) {
            throw new AssertionError(e.getMessage() + ":\n" + log(), e);
        }
        if (!process.isAlive()) {
            throw new AssertionError("Ballast ended with " + process.exitValue() + ":\n" + log());
        }
        return this;
    }

    private boolean isReadyOrDead() throws Exception {
        if (!process.isAlive()) {
            return true;
        }
        try {
            return Http.status(machine, "http://127.0.0.1:10256/readyz") == 200;
        } catch (IOException e) {
            return false; // Not listening yet.
        }
    }

    /** What the admin server answers. */
    String admin(String path) throws Exception {
        return Http.body(machine, "http://127.0.0.1:10249" + path);
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

    /** SIGTERM; returns at once. */
    void terminate() {
        process.destroy();
    }

    /** SIGTERM; returns the exit code. */
    int stop() throws InterruptedException {
        terminate();
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
