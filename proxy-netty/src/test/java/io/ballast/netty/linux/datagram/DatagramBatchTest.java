package io.ballast.netty.linux.datagram;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.ballast.core.model.AddressPort;
import io.ballast.core.model.IpAddress;
import io.ballast.core.testing.RequiresCommand;
import io.ballast.core.testing.RequiresRoot;
import io.ballast.netty.linux.Errno;
import io.ballast.netty.testing.NetworkNamespace;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.PortUnreachableException;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Against the kernel, which drops what has a wrong checksum. */
@RequiresRoot
@RequiresCommand({"ip", "nsenter", "sysctl"})
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DatagramBatchTest {
    private static final int TIMEOUT_MILLIS = 20_000;
    private static final int PORT = 53;

    private NetworkNamespace namespace;

    @BeforeAll
    void build() {
        namespace = NetworkNamespace.create();
        namespace.ip("route add local 10.96.0.10 dev lo", "route add local 2001:db8:96::10 dev lo");
    }

    @AfterAll
    void destroy() {
        namespace.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"10.96.0.10 127.0.0.1", "2001:db8:96::10 ::1"})
    void sendsEveryLengthFromAnAddressAndPortThatNobodyIsBoundTo(String addresses) throws Exception {
        IpAddress source = IpAddress.parse(addresses.split(" ", 2)[0]);
        IpAddress target = IpAddress.parse(addresses.split(" ", 2)[1]);
        byte[] random = new byte[ReceiveBatch.SLOT_BYTES];
        new Random(3).nextBytes(random);
        DirectMemory payload = DirectMemory.allocate(random.length);
        payload.buffer().put(0, random);
        try (DatagramSocket client =
                        namespace.run(() -> new DatagramSocket(new InetSocketAddress(target.toInetAddress(), 0)));
                RawSocket raw = namespace.run(() -> RawSocket.udp(source.family()))) {
            client.setSoTimeout(TIMEOUT_MILLIS);
            Recipient to =
                    Recipient.from(new AddressPort(source, PORT), new AddressPort(target, client.getLocalPort()), 0);
            SendBatch batch = new SendBatch(4);

            for (int length : new int[] {0, 1, 2, 3, 7, 8, 9, 100, 1_399, 1_400, 9_001, 65_507}) {
                batch.add(payload.buffer().slice(), payload.address(), length, to);
                assertThat(batch.send(raw.number())).isZero();
                DatagramPacket received = new DatagramPacket(new byte[random.length], random.length);
                client.receive(received);

                assertThat(received.getSocketAddress()).isEqualTo(new InetSocketAddress(source.toInetAddress(), PORT));
                assertThat(Arrays.copyOf(received.getData(), received.getLength()))
                        .as("%d bytes", length)
                        .isEqualTo(Arrays.copyOf(random, length));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "::1"})
    void sendsTheOthersWhereOneCannotBeSent(String address) throws Exception {
        IpAddress target = IpAddress.parse(address);
        DirectMemory payload = DirectMemory.allocate(ReceiveBatch.SLOT_BYTES);
        try (DatagramSocket client =
                        namespace.run(() -> new DatagramSocket(new InetSocketAddress(target.toInetAddress(), 0)));
                RawSocket raw = namespace.run(() -> RawSocket.udp(target.family()))) {
            client.setSoTimeout(TIMEOUT_MILLIS);
            Recipient to =
                    Recipient.from(new AddressPort(target, PORT), new AddressPort(target, client.getLocalPort()), 0);
            SendBatch batch = new SendBatch(3);
            batch.add(payload.buffer().slice(), payload.address(), 1, to);
            batch.add(payload.buffer().slice(), payload.address(), ReceiveBatch.SLOT_BYTES, to);
            batch.add(payload.buffer().slice(), payload.address(), 3, to);

            assertThat(batch.send(raw.number())).isEqualTo(Errno.EMSGSIZE.number());

            for (int length : new int[] {1, 3}) {
                DatagramPacket received = new DatagramPacket(new byte[10], 10);
                client.receive(received);
                assertThat(received.getLength()).isEqualTo(length);
            }
            assertThat(batch.isEmpty()).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"10.96.0.10 127.0.0.1", "2001:db8:96::10 ::1"})
    void tellsASocketThatNobodyListens(String addresses) throws Exception {
        IpAddress frontend = IpAddress.parse(addresses.split(" ", 2)[0]);
        IpAddress client = IpAddress.parse(addresses.split(" ", 2)[1]);
        DirectMemory message = DirectMemory.allocate(PortUnreachable.MOST_BYTES);
        try (DatagramSocket socket =
                        namespace.run(() -> new DatagramSocket(new InetSocketAddress(client.toInetAddress(), 0)));
                RawSocket raw = namespace.run(() -> RawSocket.icmp(frontend.family()))) {
            socket.connect(new InetSocketAddress(frontend.toInetAddress(), PORT));
            socket.setSoTimeout(TIMEOUT_MILLIS);
            int length = PortUnreachable.write(
                    new AddressPort(client, socket.getLocalPort()),
                    new AddressPort(frontend, PORT),
                    message.buffer().slice());
            SendBatch batch = new SendBatch(1);
            batch.add(message.buffer().slice(), message.address(), length, Recipient.from(frontend, client, 0));

            assertThat(batch.send(raw.number())).isZero();

            assertThatExceptionOfType(PortUnreachableException.class)
                    .isThrownBy(() -> socket.receive(new DatagramPacket(new byte[10], 10)));
        }
    }
}
