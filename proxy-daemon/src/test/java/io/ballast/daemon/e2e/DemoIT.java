package io.ballast.daemon.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.ballast.core.testing.RequiresCommand;
import io.ballast.core.testing.RequiresRoot;
import io.ballast.netty.testing.NetworkNamespace;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The README's first command. */
class DemoIT {
    @Test
    void holdsEveryClaimOfItsTour() throws Exception {
        Path asBuilt = Path.of("target", "ballast", "bin", "ballast").toAbsolutePath();

        assertTour(Map.of(), List.of(asBuilt.toString(), "demo", "--duration=1s"));
    }

    @Test
    @RequiresRoot
    @RequiresCommand({"ip", "nsenter", "setpriv"})
    void needsNoPrivileges() throws Exception {
        assertTour(
                Distribution.QUICK_START,
                List.of(
                        "setpriv",
                        "--reuid=65534",
                        "--regid=65534",
                        "--clear-groups",
                        "--bounding-set=-all",
                        "--inh-caps=-all",
                        Distribution.launcher().toString(),
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

            assertTour(
                    Distribution.QUICK_START,
                    List.of(
                            "nsenter",
                            "--net=" + namespace.path(),
                            "--",
                            Distribution.launcher().toString(),
                            "demo",
                            "--duration=1s"));

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

    private static void assertTour(Map<String, String> environment, List<String> command) throws Exception {
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().putAll(environment);
        Process process = builder.start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        int exitCode = process.waitFor();

        assertThat(output)
                .containsPattern("\n== (\\d\\d) of \\1 claims held\n")
                .doesNotContain("FAIL", "WARN", "Exception");
        assertThat(exitCode).as(output).isZero();
    }
}
