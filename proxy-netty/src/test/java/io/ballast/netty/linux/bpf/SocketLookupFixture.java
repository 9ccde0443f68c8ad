package io.ballast.netty.linux.bpf;

import io.ballast.core.model.Frontend;
import io.ballast.core.testing.RequiresCommand;
import io.ballast.core.testing.RequiresKernel;
import io.ballast.core.testing.RequiresRoot;
import io.ballast.netty.testing.NetworkNamespace;
import io.ballast.netty.testing.Topology;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInstance;

/**
 * A node on which the addresses of {@link LookupCase#clusterIp} are local, with a pod and an outside host around it; each
 * test has a lookup of its own there.
 */
@RequiresRoot
@RequiresCommand({"ip", "nsenter", "sysctl"})
@RequiresKernel("5.9")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class SocketLookupFixture {
    Topology topology;
    NetworkNamespace node;
    NetworkNamespace pod;
    SocketLookup lookup;

    @BeforeAll
    void build() {
        topology = Topology.builder()
                .node("node")
                .bridgedPod("pod")
                .outside("outside")
                .build();
        node = topology.machine("node").namespace();
        pod = topology.machine("pod").namespace();
        node.ip("route add local 10.96.0.10 dev lo", "route add local 2001:db8:96::10 dev lo");
    }

    @BeforeEach
    void attach() throws Exception {
        lookup = node.run(SocketLookups::attach);
    }

    @AfterEach
    void detach() {
        lookup.close();
    }

    @AfterAll
    void destroy() {
        topology.close();
    }

    /** A server behind a frontend that accepts everyone. */
    TestServer serve(LookupCase kind, Frontend frontend) throws Exception {
        TestServer service = TestServer.service(node, kind, frontend, 1);
        steer(frontend, service);
        return service;
    }

    /** Returns the server's number. */
    int steer(Frontend frontend, TestServer service) {
        int listener = lookup.addListener(service.fd(), service.own());
        lookup.put(Map.of(frontend, Steering.to(listener)));
        return listener;
    }
}
