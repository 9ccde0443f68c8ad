package io.ballast.netty.udp;

import static org.assertj.core.api.Assertions.assertThat;

import io.ballast.core.model.AddressPort;
import io.ballast.core.model.IpAddress;
import io.ballast.netty.clientip.UpstreamBinding;
import io.ballast.netty.testing.Await;
import io.ballast.netty.transport.IoTransport;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The address that endpoints see is the binder's choice. */
class UdpSourceSocketTest {
    private static final IpAddress SOURCE = IpAddress.parse("127.0.0.77");

    private final UdpFixture fixture = new UdpFixture();

    @AfterEach
    void close() throws Exception {
        fixture.close();
    }

    @ParameterizedTest
    @EnumSource(value = IoTransport.class, names = "IO_URING", mode = EnumSource.Mode.EXCLUDE)
    void bindsToTheNextSourceWhereOneIsTakenAndGivesItBack(IoTransport transport) throws Exception {
        DatagramSocket endpoint = fixture.client();
        try (DatagramSocket taken = new DatagramSocket(new InetSocketAddress(SOURCE.toInetAddress(), 0));
                DatagramSocket free = new DatagramSocket(new InetSocketAddress(SOURCE.toInetAddress(), 0))) {
            int port = free.getLocalPort();
            free.close();
            Ports ports = new Ports(taken.getLocalPort(), port);
            fixture.bindWith((client, decision) -> ports.first());
            fixture.start(transport, UdpSettings.DEFAULTS, endpoint);
            DatagramSocket client = fixture.client();

            fixture.send(client, "x");
            DatagramPacket seen = new DatagramPacket(new byte[10], 10);
            endpoint.receive(seen);

            assertThat(seen.getSocketAddress())
                    .isEqualTo(new InetSocketAddress(InetAddress.getByName("127.0.0.77"), port));
            fixture.socket().close();
            Await.until("the session ended", () -> ports.released.get() == 1);
            assertThat(ports.refused.get()).isEqualTo(1);
        }
    }

    /** One port that the kernel refuses, then one that it takes. */
    private static final class Ports {
        private final int first;
        private final int second;
        private final AtomicInteger refused = new AtomicInteger();
        private final AtomicInteger released = new AtomicInteger();

        Ports(int first, int second) {
            this.first = first;
            this.second = second;
        }

        UpstreamBinding first() {
            return new Port(first);
        }

        private final class Port implements UpstreamBinding {
            private final int number;

            Port(int number) {
                this.number = number;
            }

            @Override
            public AddressPort source() {
                return new AddressPort(SOURCE, number);
            }

            @Override
            public boolean transparent() {
                return false;
            }

            @Override
            public @Nullable UpstreamBinding refused() {
                refused.incrementAndGet();
                return number == first ? new Port(second) : null;
            }

            @Override
            public void release() {
                released.incrementAndGet();
            }
        }
    }
}
