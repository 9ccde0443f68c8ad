package io.ballast.daemon.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.ballast.core.testing.RequiresCommand;
import io.ballast.core.testing.RequiresFeature;
import io.ballast.core.testing.RequiresRoot;
import io.ballast.netty.testing.Await;
import io.ballast.netty.testing.Machine;
import io.ballast.netty.testing.NftablesProbe;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code --init-only}, as an init container runs it: sets what is configured of the host's settings, and ends. */
@RequiresRoot
@RequiresCommand({"ip", "mount", "nft", "nsenter", "sysctl", "unshare"})
@RequiresFeature(NftablesProbe.class)
class InitOnlyIT {
    private static final String CLUSTER_IP = "10.96.0.10";
    private static final String CLOSE_WAIT = "net.netfilter.nf_conntrack_tcp_timeout_close_wait";
    private static final String SETTING = "net/netfilter/nf_conntrack_";
    private static final String MAX = SETTING + "max";
    private static final String BUCKETS = "module/nf_conntrack/parameters/hashsize";
    /** The first network namespace alone may write the real ones, which are the whole kernel's. */
    private static final String OTHER_SETTINGS = """
            mount --bind "$0/net" /proc/sys/net
            mount -t sysfs none /sys
            mount --bind "$0/module" /sys/module
            exec "$@\"""";

    @RegisterExtension
    final Cluster cluster = Cluster.ofOneNode("client", "web");

    private final Machine node = cluster.node();

    @TempDir
    Path directory;

    private void initOnly(List<String> prefix, String... flags) throws Exception {
        List<String> arguments = new ArrayList<>(List.of("--init-only", "-v=2"));
        arguments.addAll(List.of(flags));
        assertThat(cluster.run(prefix, arguments.toArray(String[]::new))).doesNotContain("WARN", "ERROR");
    }

    @Test
    void changesNothingThatARunningBallastStandsOn() throws Exception {
        Machine client = cluster.machine("client");
        Manifest.service("web", CLUSTER_IP)
                .port(80, 0)
                .externalIps("203.0.113.250")
                .endpoints(cluster.serve("web"))
                .write(cluster.manifests());
        BallastProcess ballast = cluster.ballast(Cluster.BRIDGED_PODS);
        assertThat(Dial.tcp(client, CLUSTER_IP, 80)).as(ballast.log()).isEqualTo("web " + client.ipv4());
        String before = dump();
        assertThat(before).contains("ballast-clients", "fwmark 0x1000/0x1000 lookup 1770");

        initOnly(
                List.of(),
                "--source-dir=" + cluster.manifests(),
                "--mark=0x20",
                "--client-ip=never",
                "--conntrack-tcp-timeout-close-wait=61m");

        assertThat(node.exec("sysctl", "-n", CLOSE_WAIT)).isEqualTo("3660\n");
        assertThat(dump()).isEqualTo(before);
        assertThat(Dial.tcp(client, CLUSTER_IP, 80)).as(ballast.log()).isEqualTo("web " + client.ipv4());
        Manifest.service("later", "10.96.0.77")
                .port(80, 0)
                .endpoints(cluster.machine("web"))
                .write(cluster.manifests());
        Await.until("a later Service is served", () -> Dial.tcp(client, "10.96.0.77", 80)
                .startsWith("web"));
        assertThat(ballast.admin("/metrics")).doesNotContainPattern("ballast_repairs_total\\{.*} [1-9]");
    }

    private String dump() {
        return node.exec("ip", "route", "show", "table", "all")
                + node.exec("ip", "rule")
                + node.exec("nft", "-a", "list", "ruleset");
    }

    /** As upstream's {@code getConntrackMax} and {@code SetMax}, the hash table a quarter of it and never smaller. */
    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                "-, -, 1024",
                "--conntrack-max-per-core=10000000, 1048576, 1024",
                "--conntrack-max-per-core=1 --conntrack-min=6000, 6000, 1024",
                "--conntrack-max-per-core=1 --conntrack-min=6000, 6000, 400000"
            })
    void sizesTheTableAsKubeProxy(String flags, Integer expected, int buckets) throws Exception {
        int entries = expected == null ? Math.min(1_048_576, Math.max(131_072, 32_768 * processors())) : expected;
        write(MAX, "4096");
        write(BUCKETS, String.valueOf(buckets));
        String[] settings = {"tcp_timeout_established", "tcp_timeout_close_wait", "tcp_be_liberal"};
        for (String setting : settings) {
            write(SETTING + setting, "0");
        }

        initOnly(otherSettings(), flags == null ? new String[0] : flags.split(" "));

        assertThat(read(MAX)).isEqualTo(String.valueOf(entries));
        assertThat(read(BUCKETS)).isEqualTo(String.valueOf(Math.max(entries / 4, buckets)));
        assertThat(Stream.of(settings).map(name -> read(SETTING + name))).containsExactly("86400", "3600", "0");
    }

    @Test
    void leavesTheTableAloneWhereToldTo() throws Exception {
        write(MAX, "4096");
        write(BUCKETS, "7");

        initOnly(
                otherSettings(),
                "--conntrack-max-per-core=0",
                "--conntrack-tcp-timeout-established=0",
                "--conntrack-tcp-timeout-close-wait=0");

        assertThat(read(MAX)).isEqualTo("4096");
        assertThat(read(BUCKETS)).isEqualTo("7");
    }

    private List<String> otherSettings() {
        return List.of(
                "unshare", "--mount", "--propagation", "private", "sh", "-ec", OTHER_SETTINGS, directory.toString());
    }

    /** As the kernel's files, the value ends with a line. */
    private void write(String name, String value) throws IOException {
        Path file = directory.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, value + "\n");
    }

    /** What was written over it may leave the rest of a longer value, which the kernel's files never have. */
    private String read(String name) {
        try {
            return Files.readString(directory.resolve(name)).lines().findFirst().orElse("");
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static int processors() throws IOException {
        try (Stream<Path> directories = Files.list(Path.of("/sys/devices/system/cpu"))) {
            return (int) directories
                    .filter(path -> path.getFileName().toString().matches("cpu\\d+"))
                    .count();
        }
    }
}
