package io.ballast.daemon.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.ballast.core.testing.RequiresCommand;
import io.ballast.core.testing.RequiresRoot;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code deploy/lab/run}, as somebody without a cluster would use it. */
@RequiresRoot
@RequiresCommand({"ip", "nsenter", "python3", "curl"})
class LabIT {
    private static final String LAB = Path.of("..", "deploy", "lab", "run").toString();
    private static final String FROM_EVERYWHERE = """
            for turn in 1 2 3 4; do on node1-a curl -fsS --max-time 20 http://10.96.0.10; done
            on node2-b curl -gfsS --max-time 20 'http://[fd00:96::10]'
            on outside curl -fsS --max-time 20 http://192.0.2.11:30080
            on outside curl -gfsS --max-time 20 'http://[2001:db8::12]:30080'
            """;

    @TempDir
    private Path directory;

    @Test
    void servesPodsAndTheOutsideAndLeavesNothing() throws Exception {
        String namespacesBefore = run(0, "ip", "netns", "list");

        String output = run(0, LAB, "sh", "-c", FROM_EVERYWHERE);

        assertThat(output).contains("node1-a was", "node1-b was", "node2-a was", "node2-b was");
        assertThat(output.lines()).hasSize(7).allMatch(line -> line.matches("node[12]-[ab] was asked by \\S+"));
        assertThat(run(0, "ip", "netns", "list")).isEqualTo(namespacesBefore);
        assertThat(leftFiles()).isEmpty();
    }

    @Test
    void endsWithTheCommandsExitCode() throws Exception {
        assertThat(run(7, LAB, "sh", "-c", "test -f \"$LAB/manifests/service.yaml\" && exit 7"))
                .isEmpty();
        assertThat(leftFiles()).isEmpty();
    }

    private List<Path> leftFiles() throws IOException {
        try (Stream<Path> left = Files.list(directory)) {
            return left.toList();
        }
    }

    private String run(int expectedExitCode, String... command) throws Exception {
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("TMPDIR", directory.toString());
        builder.environment().put("BALLAST", Distribution.launcher().toString());
        builder.environment().putAll(Distribution.QUICK_START);
        Process process = builder.start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isEqualTo(expectedExitCode);
        return output;
    }
}
