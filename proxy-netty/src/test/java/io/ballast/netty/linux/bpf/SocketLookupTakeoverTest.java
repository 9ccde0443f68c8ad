package io.ballast.netty.linux.bpf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.ballast.core.model.IpFamily;
import io.ballast.core.testing.RequiresCommand;
import io.ballast.core.testing.RequiresKernel;
import io.ballast.core.testing.RequiresRoot;
import io.ballast.netty.linux.NetworkNamespaces;
import io.ballast.netty.linux.bpf.BpfMap.Shape;
import io.ballast.netty.testing.NetworkNamespace;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What outlives a process, and how the next one begins with it. */
@SuppressWarnings("try")
@RequiresRoot
@RequiresCommand({"ip", "nsenter", "sysctl"})
@RequiresKernel("5.9")
class SocketLookupTakeoverTest {

    private static final int PORT = 80;

    private final NetworkNamespace node = NetworkNamespace.create();
    private BpfFileSystem fileSystem;
    private Path pins;

    @BeforeEach
    void mount(@TempDir Path directory) {
        fileSystem = BpfFileSystem.mount(directory);
        pins = fileSystem.root().resolve("ballast");
        node.ip("route add local 10.96.0.10 dev lo", "route add local 2001:db8:96::10 dev lo");
    }

    @AfterEach
    void unmount() {
        fileSystem.close();
        node.close();
    }

    @ParameterizedTest
    @EnumSource
    void refusesWhatAKilledProcessServedUntilItsSuccessorDoes(LookupCase kind) throws Exception {
        try (TestServer host = TestServer.host(node, kind, kind.family(), PORT);
                TestServer other = TestServer.host(node, kind, IpFamily.IPV6, 22)) {
            runAndKill();
            assertThat(Client.ask(node, kind.frontend(PORT))).isEqualTo(Client.REFUSED);
            assertThat(Client.ask(node, kind.frontend(22))).isEqualTo(Client.REFUSED);

            try (SocketLookup successor = node.run(() -> SocketLookups.attach(pins));
                    TestServer service = TestServer.serve(node, successor, kind, PORT)) {
                assertThat(Client.ask(node, kind.frontend(PORT))).isEqualTo("service");
                assertThat(Client.ask(node, kind.frontend(22))).isEqualTo(Client.REFUSED);
            }
            assertThat(Client.ask(node, kind.frontend(PORT))).as("after close").isEqualTo(Client.REFUSED);

            uninstall();
            assertThat(Client.ask(node, kind.frontend(PORT))).isEqualTo("host");
            assertThat(node.run(BpfLink::attachedPrograms)).isEmpty();
            assertThat(pins).doesNotExist();
        }
    }

    @Test
    void refusesAllThatIsTakenOverUntilItIsPutAnew() throws Exception {
        runAndKill();

        try (SocketLookup successor = node.run(() -> SocketLookups.attach(pins))) {
            assertThat(successor.frontends()).hasSize(8).values().containsOnly(Steering.refuse());
            assertThat(successor.guarded()).hasSize(2);

            LookupCase kept = LookupCase.UDP_IPV6;
            successor.retainOnly(Set.of(kept.frontend(PORT)), Set.of(kept.clusterIp()));

            assertThat(successor.frontends()).containsOnlyKeys(kept.frontend(PORT));
            assertThat(successor.guarded()).containsExactly(kept.clusterIp());
        } finally {
            uninstall();
        }
    }

    @Test
    void endsARunningOneWhenUninstalled() throws Exception {
        try (SocketLookup running = node.run(() -> SocketLookups.attach(pins))) {
            uninstall();

            assertThat(node.run(BpfLink::attachedPrograms)).isEmpty();
        }
    }

    @Test
    void attachesNothingWhereNothingCanBePinned(@TempDir Path elsewhere) throws Exception {
        assertThat(SocketLookups.pinsUnavailability(pins)).isEmpty();
        assertThat(SocketLookups.pinsUnavailability(elsewhere)).isPresent();

        assertThatIllegalStateException()
                .isThrownBy(() -> node.run(() -> SocketLookups.attach(elsewhere)))
                .withMessageContaining("not on a mounted bpf file system");
        assertThat(node.run(BpfLink::attachedPrograms)).isEmpty();
    }

    @Test
    void beginsAMapAnewThatAnotherVersionLeft() throws Exception {
        attachAndClose(node);
        try (BpfMap<Integer, Integer> strange =
                BpfMap.create(new Shape<>(BpfMapType.HASH, "ballast_guard", 1, BpfCodec.U32, BpfCodec.U32))) {
            new BpfPins(pins.resolve(Long.toString(inode(node)))).pin(strange.fd(), "ballast_guard");
        }

        try (SocketLookup successor = node.run(() -> SocketLookups.attach(pins))) {
            successor.guard(List.of(LookupCase.TCP_IPV6.clusterIp()));

            assertThat(successor.guarded()).containsExactly(LookupCase.TCP_IPV6.clusterIp());
        } finally {
            uninstall();
        }
    }

    @Test
    void sweepsAwayWhatNamespacesLeftThatAreGone() throws Exception {
        NetworkNamespace gone = NetworkNamespace.create();
        Path goneDirectory = pins.resolve(Long.toString(inode(gone)));
        attachAndClose(gone);
        attachAndClose(node);
        gone.close();
        awaitEnd(goneDirectory);

        try (NetworkNamespace third = NetworkNamespace.create()) {
            third.run(() -> {
                SocketLookups.uninstall(pins);
                return null;
            });
        }

        assertThat(goneDirectory).doesNotExist();
        assertThat(pins.resolve(Long.toString(inode(node)))).isNotEmptyDirectory();
        uninstall();
    }

    private void runAndKill() throws IOException, InterruptedException {
        Process process = node.process(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        DoomedProxy.class.getName(),
                        pins.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (var output = process.inputReader()) {
            assertThat(output.readLine()).isEqualTo(DoomedProxy.READY);
        } finally {
            process.destroyForcibly().waitFor();
        }
    }

    private void attachAndClose(NetworkNamespace namespace) throws Exception {
        namespace.run(() -> SocketLookups.attach(pins)).close();
    }

    private void uninstall() throws Exception {
        node.run(() -> {
            SocketLookups.uninstall(pins);
            return null;
        });
    }

    /** The kernel takes namespaces down in the background. */
    private static void awaitEnd(Path directory) {
        try (BpfLink link = BpfLink.adopt(new BpfPins(directory).open("link").orElseThrow())) {
            while (link.namespace() != 0) {
                Thread.onSpinWait();
            }
        }
    }

    private static long inode(NetworkNamespace namespace) throws Exception {
        return namespace.run(NetworkNamespaces::inode);
    }
}
