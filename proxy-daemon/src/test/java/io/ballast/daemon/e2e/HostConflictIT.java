package io.ballast.daemon.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ballast.core.model.Protocol;
import io.ballast.core.testing.RequiresFeature;
import io.ballast.core.testing.RequiresRoot;
import io.ballast.netty.testing.Await;
import io.ballast.netty.testing.Machine;
import io.ballast.netty.testing.NftablesProbe;
import io.ballast.netty.testing.Report;
import java.io.IOException;
import java.net.BindException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Host processes listen on a wildcard address at the very ports of Services. Under {@code sk-lookup} both work, whoever
 * comes first. In {@code bind} mode whoever comes first has the port; a frontend that came second says so once, is
 * refused meanwhile, and comes up when the port is free.
 */
@RequiresRoot
@RequiresFeature(NftablesProbe.class)
class HostConflictIT {
    private static final List<Integer> PORTS = List.of(443, 80, 53);
    private static final int PEACEFUL = 8443;
    private static final String IPV4 = "10.96.0.10";
    private static final String IPV6 = "fd00:96::10";
    private static final Report REPORT = new Report(
            "conflict-matrix",
            "host listener",
            "interceptor",
            "order",
            "family",
            "protocol",
            "Service expected",
            "Service seen",
            "host process expected",
            "host process seen");

    @RegisterExtension
    final Cluster cluster = Cluster.ofOneNode("client", "web1");

    private final Machine node = cluster.node();
    private final List<AutoCloseable> host = new ArrayList<>();
    private final List<String> problems = new ArrayList<>();

    @BeforeEach
    void describeCluster() throws Exception {
        cluster.refuseWithoutLimit(node);
        Manifest service = Manifest.service("web", IPV4, IPV6).port(PEACEFUL, 0);
        PORTS.forEach(port -> service.port(port, 0));
        service.endpoints(cluster.serve("web1")).write(cluster.manifests());
    }

    @AfterAll
    static void report() throws IOException {
        REPORT.write();
    }

    @ParameterizedTest
    @CsvSource({"0.0.0.0, TCP", "::, TCP", "0.0.0.0, UDP", "::, UDP"})
    void bothWorkUnderSocketLookupInEveryOrder(String wildcard, Protocol protocol) throws Exception {
        Listener listener = new Listener(wildcard, protocol, "sk-lookup");
        startHost(listener);
        try (BallastProcess ballast = cluster.ballast("--intercept=sk-lookup")) {
            expect(listener, "host first", "web1", "host");
            endHost();
            expect(listener, "host ended", "web1", Dial.REFUSED);
            startHost(listener);
            expect(listener, "Ballast first", "web1", "host");
            assertThat(ballast.stop()).isZero();
            expect(listener, "Ballast ended", Dial.REFUSED, "host");
            assertThat(ballast.log()).doesNotContain("is not served", "ERROR");
        }
        BallastProcess ballast = cluster.ballast("--intercept=sk-lookup");
        expect(listener, "Ballast again", "web1", "host");
        assertThat(problems).as(ballast.log()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"0.0.0.0, TCP", "::, TCP", "0.0.0.0, UDP", "::, UDP"})
    void whoComesFirstHasThePortWhereFrontendsAreBound(String wildcard, Protocol protocol) throws Exception {
        Listener listener = new Listener(wildcard, protocol, "bind");
        startHost(listener);
        BallastProcess ballast = cluster.ballast("--intercept=bind");
        expect(listener, "host first", Dial.REFUSED, "host");
        assertThat(dial(listener.protocol, "client", IPV4, PEACEFUL)).isEqualTo("web1");
        endHost();
        List<String> frontends = listener.frontends();
        Await.until("all are served again", () -> lines(ballast, "served again") == frontends.size());
        expect(listener, "host ended", "web1", Dial.REFUSED);
        assertThatThrownBy(() -> startHost(listener)).isInstanceOf(BindException.class);
        expect(listener, "Ballast first", "web1", Dial.REFUSED);
        for (String frontend : frontends) {
            assertThat(lines(ballast, frontend + " is not served: "))
                    .as(ballast.log())
                    .isOne();
        }
        assertThat(lines(ballast, "a process of this host holds port")).isEqualTo(frontends.size());
        assertThat(problems).as(ballast.log()).isEmpty();
    }

    private static long lines(BallastProcess ballast, String text) throws IOException {
        return ballast.log().lines().filter(line -> line.contains(text)).count();
    }

    private void startHost(Listener listener) throws Exception {
        for (int port : PORTS) {
            host.add(cluster.keep(NamedServer.start(node, "host", listener.wildcard, port, Set.of(listener.protocol))));
        }
    }

    private void endHost() throws Exception {
        for (AutoCloseable server : host) {
            server.close();
        }
        host.clear();
    }

    /** What listens on 0.0.0.0 leaves IPv6 alone: there the Service works and no host process answers. */
    private void expect(Listener listener, String order, String service, String process) throws Exception {
        for (boolean ipv6 : new boolean[] {false, true}) {
            boolean concerned = !ipv6 || listener.wildcard.equals("::");
            String expectedService = !concerned && !order.equals("Ballast ended") ? "web1" : service;
            String expectedProcess = concerned ? process : Dial.REFUSED;
            String seenService = seen(listener, List.of("client", "node1"), ipv6 ? IPV6 : IPV4, expectedService);
            String own = ipv6 ? node.ipv6() : node.ipv4();
            String seenProcess = seen(listener, List.of("outside"), own, expectedProcess);
            List<String> row = new ArrayList<>(List.of(listener.wildcard, listener.interceptor, order));
            row.addAll(List.of(ipv6 ? "IPv6" : "IPv4", listener.protocol.suffix()));
            row.addAll(List.of(expectedService, seenService, expectedProcess, seenProcess));
            REPORT.add(row.toArray(String[]::new));
            if (!seenService.equals(expectedService) || !seenProcess.equals(expectedProcess)) {
                problems.add(row.toString());
            }
        }
    }

    /** What all see at all ports, or the first other thing. */
    private String seen(Listener listener, List<String> clients, String address, String expected) throws Exception {
        for (int port : PORTS) {
            for (String client : clients) {
                String answer = dial(listener.protocol, client, address, port);
                if (!answer.equals(expected)) {
                    return answer + " by " + client + " at port " + port;
                }
            }
        }
        return expected;
    }

    private String dial(Protocol protocol, String client, String address, int port) throws Exception {
        Machine from = cluster.machine(client);
        String line = protocol == Protocol.TCP ? Dial.tcp(from, address, port) : Dial.udp(from, address, port, 100);
        return line.split(" ", 2)[0];
    }

    private record Listener(String wildcard, Protocol protocol, String interceptor) {
        List<String> frontends() {
            List<String> frontends = new ArrayList<>();
            for (int port : PORTS) {
                frontends.add(IPV4 + ":" + port + "/" + protocol.suffix());
                if (wildcard.equals("::")) {
                    frontends.add("[" + IPV6 + "]:" + port + "/" + protocol.suffix());
                }
            }
            return frontends;
        }
    }
}
