package io.ballast.daemon.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.ballast.core.testing.RequiresCommand;
import io.ballast.core.testing.RequiresRoot;
import io.ballast.netty.testing.NetworkNamespace;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
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

    /** Somebody may try the demo on a node that another Ballast serves. */
    @Test
    @RequiresRoot
    @RequiresCommand({"ip", "nft", "nsenter"})
    void leavesTheKernelAloneEvenAsRoot() throws Exception {
        try (NetworkNamespace namespace = NetworkNamespace.create()) {
            String before = kernelState(namespace);

            assertTour(List.of("nsenter", "--net=" + namespace.path(), "--", LAUNCHER, "demo", "--duration=1s"));

            assertThat(kernelState(namespace)).isEqualTo(before);
        }
    }

    private static String kernelState(NetworkNamespace namespace) {
        return namespace.exec("nft", "list", "ruleset")
                + namespace.exec("ip", "rule")
                + namespace.exec("ip", "-6", "rule")
                + namespace.exec("ip", "route", "show", "table", "all")
                + namespace.exec("ip", "-6", "route", "show", "table", "all");
    }

    private static void assertTour(List<String> command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        int exitCode = process.waitFor();

        assertThat(output)
                .containsPattern("\n== (\\d\\d) of \\1 claims held\n")
                .doesNotContain("FAIL", "WARN", "Exception");
        assertThat(exitCode).as(output).isZero();
    }
}
