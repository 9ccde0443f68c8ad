package io.ballast.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Ends real JVMs, because exit codes and signals are nothing one could pretend. */
class TerminationTest {
    private static Process start(String behaviour) throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        TerminationProgram.class.getName(),
                        behaviour)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    private static void signal(Process process, String signal) throws Exception {
        int status = new ProcessBuilder("kill", "-" + signal, Long.toString(process.pid()))
                .start()
                .waitFor();
        assertThat(status).isZero();
    }

    private static int exitCode(Process process) throws InterruptedException {
        try {
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
            return process.exitValue();
        } finally {
            process.destroyForcibly();
        }
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
