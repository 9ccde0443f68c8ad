package io.ballast.netty.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ballast.core.testing.RequiresCommand;
import io.ballast.core.testing.RequiresRoot;
import io.ballast.netty.linux.NetworkNamespaces;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@RequiresRoot
@RequiresCommand({"ip", "nsenter", "sysctl"})
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TopologyTest {
    private static final List<String> NAMES =
            List.of("node", "bridged", "bridged2", "routed", "routed2", "other", "remote", "outside");

    private Topology topology;

    @BeforeAll
    void build() {
        topology = Topology.builder()
                .node("node")
                .bridgedPod("bridged")
                .bridgedPod("bridged2")
                .routedPod("routed")
                .routedPod("routed2")
                .node("other")
                .bridgedPod("remote")
                .outside("outside")
                .build();
    }

    @AfterAll
    void close() {
        topology.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"node", "bridged", "bridged2", "routed", "routed2", "other", "remote", "outside"})
    void everyMachineReachesEveryOtherUnderItsOwnAddress(String clientName) throws Exception {
        Machine client = topology.machine(clientName);
        for (String serverName : NAMES) {
            Machine server = topology.machine(serverName);
            if (!isNodeToItsBridge(clientName, serverName)) {
                assertThat(addressSeen(client, server, server.ipv4()))
                        .as("%s to %s", clientName, serverName)
                        .isEqualTo(InetAddress.getByName(client.ipv4()));
                assertThat(addressSeen(client, server, server.ipv6()))
                        .as("%s to %s", clientName, serverName)
                        .isEqualTo(InetAddress.getByName(client.ipv6()));
            }
        }
    }

    @Test
    void nodeReachesItsBridgedPodsFromTheBridge() throws Exception {
        Machine node = topology.machine("node");
        Machine pod = topology.machine("bridged");

        assertThat(addressSeen(node, pod, pod.ipv4())).isEqualTo(InetAddress.getByName("10.244.1.1"));
        assertThat(addressSeen(node, pod, pod.ipv6())).isEqualTo(InetAddress.getByName("2001:db8:244:1::1"));
    }

    @Test
    void leavesNoNamespaceBehindWhenItCannotBeBuilt() {
        List<String> before = namespaces();

        assertThatThrownBy(() -> Topology.builder().bridgedPod("pod").build())
                .isInstanceOf(IllegalStateException.class);

        assertThat(namespaces()).isEqualTo(before);
    }

    @Test
    void runsThreadsAndCommandsInsideANamespace() throws Exception {
        try (NetworkNamespace namespace = NetworkNamespace.create()) {
            long inode = namespace.run(NetworkNamespaces::inode);

            assertThat(inode).isNotEqualTo(NetworkNamespaces.inode());
            assertThat(namespace.exec("readlink", "/proc/self/ns/net").strip()).isEqualTo("net:[" + inode + "]");
            CompletableFuture<Long> seenByThread = new CompletableFuture<>();
            namespace
                    .threadFactory()
                    .newThread(() -> seenByThread.complete(NetworkNamespaces.inode()))
                    .start();
            assertThat(seenByThread.get()).isEqualTo(inode);
            assertThatThrownBy(() -> namespace.run(() -> {
                        throw new IOException("from inside");
                    }))
                    .hasMessage("from inside");
        }
    }

    @Test
    void reportsAFailingCommandWithItsOutput() {
        Machine node = topology.machine("node");

        assertThatThrownBy(() -> node.exec("ls", "/no-such-file"))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("ls /no-such-file ended with 2")
                .hasMessageContaining("No such file or directory");
    }

    /** A node dials its bridged pods from the bridge's address. */
    private static boolean isNodeToItsBridge(String client, String server) {
        return (client.equals("node") && server.startsWith("bridged"))
                || (client.equals("other") && server.equals("remote"));
    }

    private static InetAddress addressSeen(Machine client, Machine server, String address) throws Exception {
        try (ServerSocket listener = server.run(() -> new ServerSocket(0));
                Socket dialled = client.run(() -> dial(address, listener.getLocalPort()));
                Socket accepted = listener.accept()) {
            assertThat(dialled.isConnected()).isTrue();
            return accepted.getInetAddress();
        }
    }

    private static Socket dial(String address, int port) throws IOException {
        Socket socket = new Socket();
        socket.connect(new InetSocketAddress(address, port), 5_000);
        return socket;
    }

    private static List<String> namespaces() {
        return List.of(Command.run("ip", "netns", "list").split("\n")).stream()
                .filter(line -> line.startsWith("bt-" + ProcessHandle.current().pid() + "-"))
                .toList();
    }
}
