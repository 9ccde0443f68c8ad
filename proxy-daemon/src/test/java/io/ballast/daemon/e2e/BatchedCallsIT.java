package io.ballast.daemon.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.ballast.core.testing.RequiresCommand;
import io.ballast.core.testing.RequiresFeature;
import io.ballast.core.testing.RequiresRoot;
import io.ballast.netty.testing.Machine;
import io.ballast.netty.testing.NftablesProbe;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Sockets read together through io_uring, and one by one where a seccomp profile denies it, as newer runtimes' do. */
@RequiresRoot
@RequiresCommand({"ip", "nft", "nsenter", "python3"})
@RequiresFeature(NftablesProbe.class)
class BatchedCallsIT {
    private static final String CLUSTER_IP = "10.96.0.10";
    private static final String DENIED = "io_uring_setup: EPERM";

    /** Fails the three system calls of io_uring, 425 to 427 on every processor, with EPERM, and goes on as the command. */
    private static final List<String> WITHOUT_IO_URING = List.of("python3", "-c", """
            import ctypes, os, struct, sys
            LOAD, AT_LEAST, RETURN = 0x20, 0x35, 0x06
            steps = [(LOAD, 0, 0, 0), (AT_LEAST, 0, 2, 425), (AT_LEAST, 1, 0, 428),
                     (RETURN, 0, 0, 0x00050001), (RETURN, 0, 0, 0x7fff0000)]
            code = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *step) for step in steps))
            program = ctypes.create_string_buffer(struct.pack("HxxxxxxQ", len(steps), ctypes.addressof(code)))
            libc = ctypes.CDLL(None, use_errno=True)
            for call in ((38, 1, 0, 0, 0), (22, 2, ctypes.c_void_p(ctypes.addressof(program)), 0, 0)):
                if libc.prctl(*call):
                    sys.exit("prctl: " + os.strerror(ctypes.get_errno()))
            os.execvp(sys.argv[1], sys.argv[1:])
            """);

    @RegisterExtension
    final Cluster cluster = Cluster.ofOneNode("web1", "client");

    private final Machine node = cluster.node();

    @BeforeEach
    void describeCluster() throws Exception {
        Manifest.service("web", CLUSTER_IP)
                .port(80, 30080)
                .endpoints(cluster.serve("web1"))
                .write(cluster.manifests());
    }

    private void expectServed(BallastProcess ballast) throws Exception {
        try (ClientLoad load = cluster.keep(new ClientLoad())) {
            for (int i = 0; i < 4; i++) {
                load.tcp(cluster.machine("client"), CLUSTER_IP, 80);
                load.tcp(cluster.machine("outside"), node.ipv4(), 30080);
            }
            load.awaitMore(100);
            load.close();
            assertThat(load.answersOtherThan("web1")).as(ballast.log()).isEmpty();
        }
        assertThat(ballast.log()).doesNotContain("ERROR", "Exception");
    }

    @Test
    void saysThatItReadsSocketsTogether() throws Exception {
        BallastProcess ballast = cluster.ballast();

        expectServed(ballast);

        assertThat(ballast.admin("/metrics")).contains("ballast_capability{feature=\"batched-calls\"} 1");
        assertThat(ballast.admin("/statusz")).contains("  batched-calls: yes");
        assertThat(ballast.log()).contains("batchedCalls=yes").doesNotContain("feature=batched-calls");
        assertThat(ballast.stop()).isZero();
    }

    @Test
    void servesTheSameWithoutIoUringAndSaysWhy() throws Exception {
        BallastProcess ballast = cluster.launch(WITHOUT_IO_URING).ready();

        expectServed(ballast);

        assertThat(ballast.admin("/metrics")).contains("ballast_capability{feature=\"batched-calls\"} 0");
        assertThat(ballast.admin("/statusz")).contains("  batched-calls: no: " + DENIED, "batched-calls is off: ");
        assertThat(ballast.log()).contains("batchedCalls=no");
        assertThat(ballast.log().lines().filter(line -> line.contains("feature=batched-calls")))
                .singleElement()
                .asString()
                .contains(DENIED);
        assertThat(cluster.run(WITHOUT_IO_URING, "capabilities").lines())
                .filteredOn(line -> line.startsWith("batched-calls"))
                .singleElement()
                .asString()
                .containsPattern("batched-calls +no +" + DENIED);
        assertThat(ballast.stop()).isZero();
    }

    @Test
    void doesNotMissWhatTheTransportTurnedOff() throws Exception {
        BallastProcess ballast = cluster.ballast("--transport=epoll");

        assertThat(ballast.admin("/metrics")).contains("ballast_capability{feature=\"batched-calls\"} 0");
        assertThat(ballast.admin("/statusz"))
                .contains("  batched-calls: no: turned off by --transport=epoll")
                .doesNotContain("batched-calls is off");
        assertThat(ballast.log()).contains("batchedCalls=no");
    }

    /** Asked for by name, io_uring is not replaced by something else. */
    @Test
    void refusesTheTransportThatIsDenied() throws Exception {
        BallastProcess ballast = cluster.launch(WITHOUT_IO_URING, "--transport=io_uring");

        assertThat(ballast.awaitEnd()).isOne();
        assertThat(ballast.log()).contains("io_uring");
    }
}
