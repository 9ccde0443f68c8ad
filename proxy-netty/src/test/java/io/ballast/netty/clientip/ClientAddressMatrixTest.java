package io.ballast.netty.clientip;

import static org.assertj.core.api.Assertions.assertThat;

import io.ballast.core.model.Protocol;
import io.ballast.core.testing.RequiresFeature;
import io.ballast.core.testing.RequiresRoot;
import io.ballast.netty.Interception;
import io.ballast.netty.clientip.AddressMatrix.Cell;
import io.ballast.netty.clientip.AddressMatrix.Seen;
import io.ballast.netty.testing.Machine;
import io.ballast.netty.testing.NftablesProbe;
import io.ballast.netty.testing.Report;
import io.ballast.netty.testing.Topology;
import io.ballast.netty.transport.IoTransport;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which address endpoints see, from everywhere to everywhere, in both families. */
@RequiresRoot
@RequiresFeature(NftablesProbe.class)
class ClientAddressMatrixTest {
    /** Of node1: the kernel takes the one that is nearest to the endpoint. */
    private static final List<String> NODE_ADDRESSES =
            List.of("192.0.2.1", "10.244.1.1", "2001:db8::1", "2001:db8:244:1::1");

    private static final Report REPORT = new Report(
            "client-address-matrix",
            "payload",
            "interceptor",
            "transport",
            "bridge-nf",
            "client",
            "frontend",
            "external policy",
            "endpoint on",
            "family",
            "expected",
            "seen");

    private final List<String> problems = new ArrayList<>();

    @AfterAll
    static void report() throws IOException {
        REPORT.write();
    }

    @ParameterizedTest
    @CsvSource({"EPOLL, SK_LOOKUP, 0", "EPOLL, BIND, 1", "IO_URING, SK_LOOKUP, 1"})
    void endpointsSeeTheClientOverTcp(IoTransport transport, Interception.Mode mode, int bridgeNetfilter)
            throws Exception {
        ProxyNode.Setup setup = new ProxyNode.Setup(transport, mode, ReservedPorts.DEFAULT);
        ask(Protocol.TCP, setup, bridgeNetfilter, "TCP 100000", Probe::tcp);
    }

    /** Larger than a packet of this network, than a frame could be, and about as large as a datagram can be. */
    @ParameterizedTest
    @CsvSource({"100, BIND, 0", "2000, SK_LOOKUP, 0", "9000, SK_LOOKUP, 1", "60000, BIND, 0", "60000, SK_LOOKUP, 1"})
    void endpointsSeeTheClientOverUdp(int length, Interception.Mode mode, int bridgeNetfilter) throws Exception {
        ProxyNode.Setup setup = new ProxyNode.Setup(IoTransport.EPOLL, mode, ReservedPorts.DEFAULT);
        Visit visit = (from, host, port) -> Probe.udp(from, host, port, length);
        ask(Protocol.UDP, setup, bridgeNetfilter, "UDP " + length, visit);
    }

    private void ask(Protocol protocol, ProxyNode.Setup setup, int bridgeNetfilter, String payload, Visit visit)
            throws Exception {
        try (Topology topology = AddressMatrix.topology(bridgeNetfilter);
                Echoes echoes = new Echoes(topology);
                ProxyNode proxy = ProxyNode.start(topology.machine("node1"), setup)) {
            assertThat(proxy.addresses().features().values()).containsOnly("");
            AddressMatrix matrix = new AddressMatrix(topology);
            proxy.serve(matrix.services(protocol), matrix.slices(protocol));
            for (Cell cell : matrix.cells()) {
                String seen = visit.pay(cell.client(), matrix.frontend(cell), AddressMatrix.port(cell));
                note(cell, seen, payload, setup, bridgeNetfilter);
            }
            assertThat(problems).isEmpty();
            for (ClientAddressFallback reason : ClientAddressFallback.values()) {
                assertThat(proxy.addresses().fallbacks(reason)).isZero();
            }
            assertThat(echoes.failures()).isZero();
        }
    }

    private void note(Cell cell, String seen, String payload, ProxyNode.Setup setup, int bridgeNetfilter) {
        String own = AddressMatrix.address(cell.client(), cell.family());
        boolean asExpected = cell.expected() == Seen.CLIENT ? seen.equals(own) : NODE_ADDRESSES.contains(seen);
        if (!asExpected) {
            problems.add(cell + " saw " + seen);
        }
        REPORT.add(
                payload,
                word(setup.mode()),
                word(setup.transport()),
                String.valueOf(bridgeNetfilter),
                cell.client().name(),
                word(cell.kind()),
                word(cell.policy()),
                cell.endpoint(),
                cell.family().toString(),
                word(cell.expected()),
                seen + (asExpected ? "" : " INSTEAD"));
    }

    private static String word(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }

    /** How a client gets to know at which address it is seen. */
    @FunctionalInterface
    private interface Visit {
        String pay(Machine from, String host, int port) throws Exception;
    }

    /** An endpoint on every machine that may have one. */
    private static final class Echoes implements AutoCloseable {
        private final List<AddressEcho> open = new ArrayList<>();

        Echoes(Topology topology) throws Exception {
            for (String name : AddressMatrix.ENDPOINTS) {
                open.add(AddressEcho.start(topology.machine(name), AddressMatrix.ENDPOINT_PORT));
            }
        }

        int failures() {
            return open.stream().mapToInt(AddressEcho::failures).sum();
        }

        @Override
        public void close() throws Exception {
            for (AddressEcho echo : open) {
                echo.close();
            }
        }
    }
}
