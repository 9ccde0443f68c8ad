package io.ballast.netty.linux.bpf;

import static io.ballast.netty.linux.Capability.BPF;
import static io.ballast.netty.linux.Capability.NET_ADMIN;
import static io.ballast.netty.linux.Capability.SYS_ADMIN;
import static org.assertj.core.api.Assertions.assertThat;

import io.ballast.core.testing.RequiresCommand;
import io.ballast.core.testing.RequiresKernel;
import io.ballast.core.testing.RequiresRoot;
import io.ballast.netty.linux.Capability;
import io.ballast.netty.testing.NetworkNamespace;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Capabilities belong to threads: each test gives up some on a thread of its own. */
@RequiresRoot
@RequiresCommand({"ip", "nsenter", "sysctl"})
@RequiresKernel("5.9")
class SocketLookupPrivilegesTest {

    private final NetworkNamespace namespace = NetworkNamespace.create();

    @AfterEach
    void close() {
        namespace.close();
    }

    @Test
    void isAvailableToRoot() throws Exception {
        assertThat(namespace.run(SocketLookups::unavailability)).isEmpty();
    }

    @Test
    void needsNoMoreThanTwoCapabilities() throws Exception {
        LookupCase kind = LookupCase.TCP_IPV4;
        try (TestServer service = TestServer.service(namespace, kind, kind.frontend(80), 1);
                SocketLookup lookup = with(Set.of(BPF, NET_ADMIN), () -> {
                    SocketLookup attached = SocketLookups.attach();
                    int listener = attached.addListener(service.fd(), service.own());
                    attached.put(Map.of(kind.frontend(80), Steering.to(listener)));
                    attached.guard(List.of(kind.clusterIp()));
                    return attached;
                })) {
            assertThat(lookup.guarded()).containsExactly(kind.clusterIp());
            assertThat(Client.ask(namespace, service.own())).isEqualTo(Client.REFUSED);
        }
    }

    @Test
    void namesTheCapabilitiesThatAreMissing() throws Exception {
        assertThat(with(Set.of(), SocketLookups::unavailability).orElseThrow())
                .contains("EPERM", "needs CAP_BPF and CAP_NET_ADMIN", "missing: [CAP_NET_ADMIN, CAP_BPF]");
        assertThat(with(Set.of(NET_ADMIN), SocketLookups::unavailability).orElseThrow())
                .contains("missing: [CAP_BPF]");
        assertThat(with(Set.of(BPF), SocketLookups::unavailability).orElseThrow())
                .contains("missing: [CAP_NET_ADMIN]");
    }

    @Test
    void countsTheAdministratorsCapabilityForBoth() {
        assertThat(BpfPrivileges.missing(Set.of(SYS_ADMIN))).isEmpty();
        assertThat(BpfPrivileges.missing(Set.of())).containsExactlyInAnyOrder(BPF, NET_ADMIN);
    }

    private <T> T with(Set<Capability> kept, Callable<T> body) throws Exception {
        return namespace.run(() -> {
            Capability.keepOnly(kept);
            return body.call();
        });
    }
}
