package io.ballast.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Ends real JVMs, because exit codes and signals are nothing one could pretend. In time, too, where a signal has no effect:
 * a process that ignores SIGINT, as a shell's background job does, hands that down.
 */
@Timeout(value = 1, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class TerminationTest {
    private final List<Process> started = new CopyOnWriteArrayList<>();

    @AfterEach
    void kill() {
        started.forEach(Process::destroyForcibly);
    }

    private Process start(String behaviour) throws IOException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        TerminationProgram.class.getName(),
                        behaviour)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        started.add(process);
        return process;
    }

    private static void signal(Process process, String signal) throws Exception {
        int status = new ProcessBuilder("kill", "-" + signal, Long.toString(process.pid()))
                .start()
                .waitFor();
        assertThat(status).isZero();
    }

    private static int exitCode(Process process) throws InterruptedException {
        return process.waitFor();
    }

    @ParameterizedTest
    @ValueSource(strings = {"TERM", "INT"})
    void drainsAndEndsWithZeroOnASignal(String signal) throws Exception {
        Process process = start("wait");
        try (BufferedReader output = process.inputReader()) {
            assertThat(output.readLine()).isEqualTo("ready");
            signal(process, signal);
            assertThat(output.readLine()).isEqualTo("drained");
            assertThat(output.readLine()).isNull();
        }
        assertThat(exitCode(process)).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"end-1", "end-in-drained-thread-1"})
    void drainsAndEndsWithTheCodeAskedFor(String behaviour) throws Exception {
        Process process = start(behaviour);
        try (BufferedReader output = process.inputReader()) {
            assertThat(output.lines()).containsExactly("ready", "drained");
        }
        assertThat(exitCode(process)).isEqualTo(1);
    }

    @Test
    void keepsTheCodeOfWhoeverAskedFirst() throws Exception {
        Process process = start("end-3-then-4");
        assertThat(exitCode(process)).isEqualTo(3);
    }

    @Test
    void endsWithOneWhenDrainingFails() throws Exception {
        Process process = start("fail");
        try (BufferedReader output = process.inputReader()) {
            assertThat(output.readLine()).isEqualTo("ready");
            signal(process, "TERM");
        }
        assertThat(exitCode(process)).isEqualTo(1);
    }

    @Test
    void endsWithOneWhenDrainingTakesTooLong() throws Exception {
        Process process = start("hang");
        try (BufferedReader output = process.inputReader()) {
            assertThat(output.readLine()).isEqualTo("ready");
            signal(process, "TERM");
        }
        assertThat(exitCode(process)).isEqualTo(1);
    }

    @Test
    void leavesTheEndAloneOnceClosed() throws Exception {
        Process process = start("close");
        try (BufferedReader output = process.inputReader()) {
            assertThat(output.lines()).containsExactly("ready");
        }
        assertThat(exitCode(process)).isEqualTo(7);
    }
}
