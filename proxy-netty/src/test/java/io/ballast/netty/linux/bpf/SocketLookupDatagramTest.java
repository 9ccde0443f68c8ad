package io.ballast.netty.linux.bpf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.ballast.core.model.AddressPort;
import io.ballast.core.model.Frontend;
import io.ballast.core.model.IpAddress;
import java.io.IOException;
import java.net.BindException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What UDP frontends need besides socket lookup; docs/adr/0002-socket-lookup.md rests on these. */
@SuppressWarnings("try")
class SocketLookupDatagramTest extends SocketLookupFixture {

    private static final int PORT = 53;
    private static final int TIMEOUT_MILLIS = 5_000;

    @Test
    void leavesAConnectedDatagramSocketWhatItsPeerSends() throws Exception {
        LookupCase kind = LookupCase.UDP_IPV4;
        try (TestServer service = serve(kind, kind.frontend(PORT));
                DatagramSocket client = pod.run(DatagramSocket::new);
                DatagramSocket session = node.run(() ->
                        new DatagramSocket(kind.frontend(PORT).addressPort().toSocketAddress()))) {
            session.setSoTimeout(TIMEOUT_MILLIS);
            IpAddress podAddress = IpAddress.parse(topology.machine("pod").ipv4());
            session.connect(podAddress.toInetAddress(), client.getLocalPort());
            client.send(packet("to the session", kind.frontend(PORT)));

            assertThat(receive(session)).isEqualTo("to the session");
            assertThat(Client.ask(pod, kind.frontend(PORT)))
                    .as("another client of the same frontend")
                    .isEqualTo("service");
        }
    }

    @ParameterizedTest
    @CsvSource({"UDP_IPV4, 9000", "UDP_IPV4, 60000", "UDP_IPV6, 9000", "UDP_IPV6, 60000"})
    void answersFromAPortThatAHostProcessHolds(LookupCase kind, int size) throws Exception {
        AddressPort frontend = kind.frontend(PORT).addressPort();
        AddressPort podAddress = new AddressPort(
                kind.choose(
                        topology.machine("pod").ipv4(), topology.machine("pod").ipv6()),
                0);

        try (TestServer host = TestServer.host(node, kind, kind.family(), PORT);
                RawUdp raw = node.run(() -> new RawUdp(kind.family()));
                DatagramSocket client = pod.run(() -> new DatagramSocket(podAddress.toSocketAddress()))) {
            client.setSoTimeout(TIMEOUT_MILLIS);
            client.connect(frontend.toSocketAddress());

            String payload = "x".repeat(size);
            raw.send(
                    frontend,
                    new AddressPort(podAddress.address(), client.getLocalPort()),
                    payload.getBytes(StandardCharsets.UTF_8));

            assertThat(receive(client)).isEqualTo(payload);
        }
    }

    @Test
    void cannotBindAPortThatAHostProcessHolds() throws Exception {
        LookupCase kind = LookupCase.UDP_IPV4;
        try (TestServer host = TestServer.host(node, kind, kind.family(), PORT)) {
            assertThatExceptionOfType(BindException.class)
                    .isThrownBy(() -> node.run(() ->
                            new DatagramSocket(kind.frontend(PORT).addressPort().toSocketAddress())));
        }
    }

    private static DatagramPacket packet(String text, Frontend target) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return new DatagramPacket(bytes, bytes.length, target.addressPort().toSocketAddress());
    }

    private static String receive(DatagramSocket socket) throws IOException {
        DatagramPacket packet = new DatagramPacket(new byte[65_535], 65_535);
        socket.receive(packet);
        return new String(packet.getData(), 0, packet.getLength(), StandardCharsets.UTF_8);
    }
}
