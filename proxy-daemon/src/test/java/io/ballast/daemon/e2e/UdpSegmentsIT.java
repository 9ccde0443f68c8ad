package io.ballast.daemon.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.ballast.core.testing.RequiresCommand;
import io.ballast.core.testing.RequiresRoot;
import io.ballast.netty.testing.Await;
import io.ballast.netty.testing.Machine;
import io.ballast.netty.testing.Topology;
import java.io.BufferedReader;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Clients and servers that hand many datagrams to the kernel at once, as QUIC does: none is lost, merged or cut. */
@RequiresRoot
@RequiresCommand({"ip", "nsenter", "sysctl", "python3"})
class UdpSegmentsIT {
    private static final int PORT = 443;
    private static final int DATAGRAMS = 40;
    private static final List<String> CLUSTER_IPS = List.of("10.96.0.43", "fd00:96::43");

    @TempDir
    Path directory;

    private Topology topology;
    private Machine client;
    private Machine web;
    private Machine node;

    @BeforeEach
    void build() throws Exception {
        topology = Topology.builder()
                .node("node1")
                .bridgedPod("client")
                .bridgedPod("web")
                .build();
        node = topology.machine("node1");
        client = topology.machine("client");
        web = topology.machine("web");
        try (InputStream script = getClass().getResourceAsStream("segments.py")) {
            Files.copy(Objects.requireNonNull(script), directory.resolve("segments.py"));
        }
        Path manifests = Files.createDirectory(directory.resolve("manifests"));
        Manifest.node(manifests, "node1", node.ipv4(), node.ipv6());
        Manifest.service("quic", CLUSTER_IPS.get(0), CLUSTER_IPS.get(1))
                .port(PORT, 0)
                .endpoints("node1", web.ipv4())
                .endpoints("node1", web.ipv6())
                .write(manifests);
    }

    @AfterEach
    void close() throws Exception {
        topology.close();
    }

    /** An MTU below the datagrams' length has the kernel cut each of them, which it cannot do for all at once. */
    @ParameterizedTest
    @CsvSource({"sk-lookup, 1500", "bind, 1500", "sk-lookup, 1280", "bind, 1280"})
    void passesOnEachOfManyDatagramsInOnePacket(String intercept, int mtu) throws Exception {
        client.ip("link set eth0 mtu " + mtu);
        web.ip("link set eth0 mtu " + mtu);
        for (String pod : List.of("client", "web")) {
            assertThat(client.exec("ip", "link", "show", "eth0")).as(pod).contains("mtu " + mtu);
        }
        try (BallastProcess ballast =
                BallastProcess.start(node, directory.resolve("manifests"), "--intercept=" + intercept)) {
            for (int family = 0; family < CLUSTER_IPS.size(); family++) {
                String pod = family == 0 ? web.ipv4() : web.ipv6();
                Process server = script(web, "serve", pod, "8080");
                try (BufferedReader output = server.inputReader(StandardCharsets.UTF_8)) {
                    assertThat(output.readLine()).isEqualTo("serving");
                    String lengths = client.exec(
                            "python3",
                            directory.resolve("segments.py").toString(),
                            "ask",
                            CLUSTER_IPS.get(family),
                            String.valueOf(PORT));
                    assertThat(lengths.trim()).isEqualTo("1200 ".repeat(DATAGRAMS - 1) + "1100");
                } finally {
                    server.destroy();
                }
            }
            Await.until(
                    "each datagram was counted, of both families and in both directions",
                    () -> datagrams(ballast) == 4 * DATAGRAMS);
        }
    }

    private Process script(Machine machine, String... arguments) throws Exception {
        String[] command = new String[arguments.length + 2];
        command[0] = "python3";
        command[1] = directory.resolve("segments.py").toString();
        System.arraycopy(arguments, 0, command, 2, arguments.length);
        return machine.namespace()
                .process(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    private static double datagrams(BallastProcess ballast) throws Exception {
        return ballast.admin("/metrics")
                .lines()
                .filter(line -> line.startsWith("ballast_datagrams_total{"))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }
}
