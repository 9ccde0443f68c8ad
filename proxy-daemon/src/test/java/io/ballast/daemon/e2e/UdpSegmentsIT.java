package io.ballast.daemon.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.ballast.core.testing.RequiresCommand;
import io.ballast.core.testing.RequiresRoot;
import io.ballast.netty.testing.Await;
import io.ballast.netty.testing.Machine;
import java.io.BufferedReader;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Clients and servers that hand many datagrams to the kernel at once, as QUIC does: none is lost, merged or cut. */
@RequiresRoot
@RequiresCommand({"ip", "nsenter", "sysctl", "python3"})
class UdpSegmentsIT {
    private static final int PORT = 443;
    private static final int DATAGRAMS = 40;
    private static final String EACH_LENGTH = "1200 ".repeat(DATAGRAMS - 1) + "1100";
    private static final List<String> CLUSTER_IPS = List.of("10.96.0.43", "fd00:96::43");

    @RegisterExtension
    final Cluster cluster = Cluster.ofOneNode("client", "web");

    private final Machine client = cluster.machine("client");
    private final Machine web = cluster.machine("web");
    private final Path script = cluster.manifests().resolve("segments.py");

    @BeforeEach
    void describeCluster() throws Exception {
        try (InputStream packed = getClass().getResourceAsStream("segments.py")) {
            Files.copy(Objects.requireNonNull(packed), script);
        }
        Manifest.service("quic", CLUSTER_IPS.get(0), CLUSTER_IPS.get(1))
                .port(PORT, 0)
                .endpoints(web)
                .write(cluster.manifests());
    }

    /** An MTU that does not hold the datagrams has the kernel cut each of them, which it cannot do for all at once. */
    @ParameterizedTest
    @CsvSource({"sk-lookup, 1500", "bind, 1500", "sk-lookup, 1280", "bind, 1280"})
    void passesOnEachOfManyDatagramsInOnePacket(String intercept, int mtu) throws Exception {
        for (Machine pod : List.of(client, web)) {
            pod.ip("link set eth0 mtu " + mtu);
        }
        BallastProcess ballast = cluster.ballast("--intercept=" + intercept);

        assertThat(exchange(web.ipv4(), CLUSTER_IPS.get(0))).isEqualTo(EACH_LENGTH);
        assertThat(exchange(web.ipv6(), CLUSTER_IPS.get(1))).isEqualTo(EACH_LENGTH);

        Await.until(
                "each datagram was counted, of both families and in both directions",
                () -> datagrams(ballast) == 4 * DATAGRAMS);
    }

    /** The lengths of the answer's datagrams. */
    private String exchange(String endpoint, String clusterIp) throws Exception {
        Process server = web.namespace()
                .process("python3", script.toString(), "serve", endpoint, String.valueOf(Cluster.TARGET_PORT))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        cluster.keep(server::destroy);
        try (BufferedReader output = server.inputReader(StandardCharsets.UTF_8)) {
            assertThat(output.readLine()).isEqualTo("serving");
            return client.exec("python3", script.toString(), "ask", clusterIp, String.valueOf(PORT))
                    .trim();
        }
    }

    private static double datagrams(BallastProcess ballast) throws Exception {
        return ballast.admin("/metrics")
                .lines()
                .filter(line -> line.startsWith("ballast_datagrams_total{"))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }
}
