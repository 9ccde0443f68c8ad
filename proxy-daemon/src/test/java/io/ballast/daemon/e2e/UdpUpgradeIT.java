package io.ballast.daemon.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.ballast.core.testing.RequiresCommand;
import io.ballast.core.testing.RequiresFeature;
import io.ballast.core.testing.RequiresKernel;
import io.ballast.core.testing.RequiresRoot;
import io.ballast.netty.testing.Await;
import io.ballast.netty.testing.Machine;
import io.ballast.netty.testing.NftablesProbe;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A new process takes over while UDP clients with one port go on, and others come with a new port each time. */
@RequiresRoot
@RequiresKernel("5.9")
@RequiresCommand({"ip", "nft", "nsenter", "unshare"})
@RequiresFeature(NftablesProbe.class)
class UdpUpgradeIT {
    private static final String CLUSTER_IP = "10.96.0.53";
    private static final String CLUSTER_IP_6 = "fd00:96::53";
    private static final String EXTERNAL_IP = "203.0.113.250";
    private static final String SLOW_IP = "10.96.0.54";
    private static final String TOOK_OVER = "Took over from the earlier process";

    @RegisterExtension
    final Cluster cluster = Cluster.ofOneNode("dns1", "dns2", "client");

    private final Machine node = cluster.node();
    private final Machine outside = cluster.machine("outside");
    private final Machine client = cluster.machine("client");

    @BeforeEach
    void describeCluster() throws Exception {
        Machine[] servers = {cluster.machine("dns1"), cluster.machine("dns2")};
        for (Machine server : servers) {
            cluster.keep(SourceServer.start(server, server.name(), Cluster.TARGET_PORT));
        }
        Manifest.service("dns", CLUSTER_IP, CLUSTER_IP_6)
                .port("UDP", 53, 30053)
                .externalIps(EXTERNAL_IP)
                .endpoints(servers)
                .write(cluster.manifests());
    }

    /** From each place, and more than one from each: the odds of getting the same endpoint again are slim. */
    private List<DatagramStream> streams() throws Exception {
        List<DatagramStream> streams = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            streams.add(DatagramStream.start(client, CLUSTER_IP, 53));
            streams.add(DatagramStream.start(client, CLUSTER_IP_6, 53));
            streams.add(DatagramStream.start(node, CLUSTER_IP, 53));
            streams.add(DatagramStream.start(outside, node.ipv4(), 30053));
            streams.add(DatagramStream.start(outside, EXTERNAL_IP, 53));
        }
        streams.forEach(cluster::keep);
        return streams;
    }

    private ClientLoad newPorts() {
        ClientLoad load = cluster.keep(new ClientLoad());
        load.udp(client, CLUSTER_IP_6, 53);
        load.udp(node, CLUSTER_IP, 53);
        load.udp(outside, EXTERNAL_IP, 53);
        load.udp(outside, node.ipv4(), 30053);
        return load;
    }

    private static void awaitAnswers(List<DatagramStream> streams) throws Exception {
        for (DatagramStream stream : streams) {
            stream.awaitAnswer();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"sk-lookup", "bind"})
    void handsSessionsOverWithTheirEndpointAndPort(String intercept, TestReporter reporter) throws Exception {
        BallastProcess first = cluster.ballast("--intercept=" + intercept);
        List<DatagramStream> streams = streams();
        BallastProcess second = takeOverUnderLoad(first, intercept, streams);

        report(reporter, streams);
        assertThat(streams).allSatisfy(stream -> {
            assertThat(stream.lost()).as(stream.toString()).isZero();
            assertThat(stream.refusals()).as(stream.toString()).isZero();
            assertThat(stream.heard()).hasSize(1);
        });
        BallastProcess third = takeOver(second, intercept);
        awaitAnswers(streams);
        assertThat(streams).allSatisfy(stream -> assertThat(stream.heard()).hasSize(1));
        assertThat(third.stop()).as(third.log()).isZero();
    }

    /** The kernel sorts clients anew then, so that some sessions begin again; nobody is refused all the same. */
    @ParameterizedTest
    @CsvSource({"bind, sk-lookup", "sk-lookup, bind"})
    void refusesNobodyWhenTheInterceptionChanges(String before, String after, TestReporter reporter) throws Exception {
        BallastProcess first = cluster.ballast("--intercept=" + before);
        List<DatagramStream> streams = streams();
        BallastProcess second = takeOverUnderLoad(first, after, streams);

        report(reporter, streams);
        assertThat(streams).allSatisfy(stream -> {
            assertThat(stream.gap()).as(stream.toString()).isLessThanOrEqualTo(3);
            assertThat(stream.refusals()).as(stream.toString()).isZero();
        });
        assertThat(second.stop()).as(second.log()).isZero();
    }

    /** The old process is asked until clients are led elsewhere, and has answers to pass on after that. */
    @ParameterizedTest
    @CsvSource({"bind, sk-lookup", "sk-lookup, bind"})
    void passesOnAnswersThatTakeLongWhenTheInterceptionChanges(String before, String after, TestReporter reporter)
            throws Exception {
        Machine server = cluster.machine("dns1");
        cluster.keep(SourceServer.start(server, "slow", Cluster.TARGET_PORT + 1, Duration.ofSeconds(3)));
        Manifest.service("slow", SLOW_IP)
                .port("UDP", 53, 30054)
                .slice(Cluster.TARGET_PORT + 1, Manifest.endpoint(server))
                .write(cluster.manifests());
        BallastProcess first = cluster.ballast("--intercept=" + before);
        List<DatagramStream> streams = List.of(
                cluster.keep(DatagramStream.start(node, SLOW_IP, 53)),
                cluster.keep(DatagramStream.start(client, SLOW_IP, 53)));
        awaitAnswers(streams);

        BallastProcess second = takeOver(first, after);

        awaitAnswers(streams);
        report(reporter, streams);
        assertThat(streams)
                .allSatisfy(
                        stream -> assertThat(stream.gap()).as(stream.toString()).isLessThanOrEqualTo(3));
        assertThat(second.stop()).as(second.log()).isZero();
    }

    /** {@link #takeOver} while clients go on, none of which hears anything but a server. */
    private BallastProcess takeOverUnderLoad(BallastProcess from, String intercept, List<DatagramStream> streams)
            throws Exception {
        ClientLoad load = newPorts();
        awaitAnswers(streams);
        BallastProcess successor = takeOver(from, intercept);
        awaitAnswers(streams);
        load.close();
        assertThat(load.answersOtherThan("dns1", "dns2"))
                .as(from.log() + "\n" + successor.log())
                .isEmpty();
        return successor;
    }

    /** Returns once the earlier process has ended. */
    private BallastProcess takeOver(BallastProcess from, String intercept) throws Exception {
        BallastProcess successor = cluster.launch(List.of(), "--intercept=" + intercept);
        Await.until("the successor took over", () -> successor.log().contains(TOOK_OVER));
        assertThat(from.awaitEnd()).as(from.log()).isZero();
        return successor;
    }

    private static void report(TestReporter reporter, List<DatagramStream> streams) {
        streams.forEach(stream -> reporter.publishEntry("stream", stream.toString()));
    }
}
