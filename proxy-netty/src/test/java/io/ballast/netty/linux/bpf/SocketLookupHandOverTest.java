package io.ballast.netty.linux.bpf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.ballast.core.testing.RequiresCommand;
import io.ballast.core.testing.RequiresKernel;
import io.ballast.core.testing.RequiresRoot;
import io.ballast.netty.linux.Descriptor;
import io.ballast.netty.linux.SystemCalls;
import io.ballast.netty.testing.NetworkNamespace;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** How a process goes on with what one that still runs hands over. */
@SuppressWarnings("try")
@RequiresRoot
@RequiresCommand({"ip", "nsenter", "sysctl"})
@RequiresKernel("5.9")
class SocketLookupHandOverTest {
    private static final int PORT = 80;
    private static final int F_DUPFD_CLOEXEC = 1030;

    private final NetworkNamespace node = NetworkNamespace.create();

    @BeforeEach
    void route() {
        node.ip("route add local 10.96.0.10 dev lo", "route add local 2001:db8:96::10 dev lo");
    }

    @AfterEach
    void close() {
        node.close();
    }

    @ParameterizedTest
    @EnumSource
    void goesOnWithoutAnInterruptionWhereDescriptorsAreHandedOver(LookupCase kind) throws Exception {
        SocketLookup first = node.run(SocketLookups::attach);
        TestServer oldService = TestServer.serve(node, first, kind, PORT);
        try (SocketLookup second = node.run(() -> SocketLookups.takeOver(copies(first.descriptors())))) {
            first.close();
            assertThat(Client.ask(node, kind.frontend(PORT)))
                    .as("by the old socket")
                    .isEqualTo("service");

            try (TestServer newService = TestServer.serve(node, second, kind, PORT)) {
                second.retainOnly(Set.of(kind.frontend(PORT)), Set.of());
                oldService.close();

                assertThat(Client.ask(node, kind.frontend(PORT)))
                        .as("by the new socket")
                        .isEqualTo("service");
                assertThat(second.frontends()).containsOnlyKeys(kind.frontend(PORT), newService.own());
                assertThat(node.run(BpfLink::attachedPrograms)).hasSize(1);
            }
        }
    }

    /** An entry of a socket that is bound to the frontend itself names no place for a listener. */
    @Test
    void takesOverEntriesOfBoundSockets() throws Exception {
        LookupCase kind = LookupCase.UDP_IPV4;
        try (SocketLookup first = node.run(SocketLookups::attach)) {
            first.put(Map.of(kind.frontend(PORT), Steering.bound(Set.of(SourceClass.values()))));

            try (SocketLookup second = node.run(() -> SocketLookups.takeOver(copies(first.descriptors())))) {
                second.retainOnly(Set.of(), Set.of());

                assertThat(second.frontends()).isEmpty();
            }
        }
    }

    @Test
    void turnsDownAWrongNumberOfDescriptors() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SocketLookups.takeOver(List.of()))
                .withMessageContaining("Expected 6 descriptors");
    }

    private static List<Descriptor> copies(List<Integer> descriptors) {
        List<Descriptor> copies = new ArrayList<>();
        for (int descriptor : descriptors) {
            int copy = SystemCalls.check(
                    SystemCalls.libc().fcntl(descriptor, F_DUPFD_CLOEXEC, 0), () -> "copy descriptor");
            copies.add(Descriptor.owning(copy, "copy"));
        }
        return copies;
    }
}
