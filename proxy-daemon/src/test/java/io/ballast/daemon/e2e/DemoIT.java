package io.ballast.daemon.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.ballast.core.testing.RequiresCommand;
import io.ballast.core.testing.RequiresRoot;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The README's first command, as anybody would run it. */
class DemoIT {
    private static final String LAUNCHER =
            Path.of("target", "ballast", "bin", "ballast").toAbsolutePath().toString();

    @Test
    void holdsEveryClaimOfItsTour() throws Exception {
        assertTour(List.of(LAUNCHER, "demo", "--duration=1s"));
    }

    @Test
    @RequiresRoot
    @RequiresCommand("setpriv")
    void needsNoPrivileges() throws Exception {
        assertTour(List.of(
                "setpriv",
                "--reuid=65534",
                "--regid=65534",
                "--clear-groups",
                "--bounding-set=-all",
                "--inh-caps=-all",
                LAUNCHER,
                "demo",
                "--duration=1s"));
    }

    private static void assertTour(List<String> command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(new ArrayList<>(command))
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        int exitCode = process.waitFor();

        assertThat(output).contains("26 of 26 claims held").doesNotContain("FAIL");
        assertThat(exitCode).as(output).isZero();
    }
}
