package io.ballast.netty.linux;

import static org.assertj.core.api.Assertions.assertThat;

import io.ballast.core.model.AddressPort;
import io.ballast.core.model.IpAddress;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.LinuxSocket;
import io.netty.channel.unix.FileDescriptor;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IngressInterfaceTest {
    private static final int LOOPBACK = 1;

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "::1"})
    void tellsThroughWhichInterfaceAConnectionCame(String address) throws Exception {
        Epoll.ensureAvailability();
        InetAddress own = InetAddress.getByName(address);
        LinuxSocket listener = LinuxSocket.newSocketStream(own instanceof Inet6Address);
        try {
            listener.bind(new InetSocketAddress(own, 0));
            listener.listen(1);
            AddressPort bound = AddressPort.of(listener.localAddress());
            try (Socket client = new Socket(own, bound.port())) {
                int accepted = listener.accept(new byte[32]);
                try {
                    assertThat(IngressInterface.indexOf(
                                    accepted, IpAddress.parse(address).family()))
                            .isEqualTo(LOOPBACK);
                    assertThat(client.isConnected()).isTrue();
                } finally {
                    new FileDescriptor(accepted).close();
                }
            }
        } finally {
            listener.close();
        }
    }
}
