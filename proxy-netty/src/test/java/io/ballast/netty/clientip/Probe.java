package io.ballast.netty.clientip;

import io.ballast.core.model.IpAddress;
import io.ballast.netty.testing.Machine;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** What an {@link AddressEcho} says to a client of some machine: the address it is seen at, or what went wrong. */
final class Probe {
    private static final int TIMEOUT_MILLIS = 10_000;
    /** A datagram may be lost where the machine is busy: buffers are finite. */
    private static final int UDP_TRIES = 3;

    private static final String PAYLOAD = "0123456789".repeat(10_000);

    private Probe() {}

    /** Has 100 000 bytes sent back besides. */
    static String tcp(Machine from, String host, int port) throws Exception {
        return from.run(() -> {
            try (Socket socket = new Socket()) {
                socket.connect(new InetSocketAddress(host, port), TIMEOUT_MILLIS);
                socket.setSoTimeout(TIMEOUT_MILLIS);
                BufferedReader reader =
                        new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
                String seen = String.valueOf(reader.readLine());
                socket.getOutputStream().write((PAYLOAD + "\n").getBytes(StandardCharsets.UTF_8));
                socket.shutdownOutput();
                return PAYLOAD.equals(reader.readLine()) && reader.readLine() == null ? plain(seen) : "lost bytes";
            } catch (IOException e) {
                return e.toString();
            }
        });
    }

    /** One datagram of this length each way. */
    static String udp(Machine from, String host, int port, int length) throws Exception {
        String last = "";
        for (int i = 0; i < UDP_TRIES; i++) {
            last = from.run(() -> udpOnce(host, port, length));
            if (!last.contains("Timeout")) {
                break;
            }
        }
        return last;
    }

    private static String udpOnce(String host, int port, int length) throws IOException {
        byte[] question = new byte[length];
        for (int i = 0; i < length; i++) {
            question[i] = (byte) (i * 31);
        }
        try (DatagramSocket socket = new DatagramSocket()) {
            socket.setSendBufferSize(1 << 20);
            socket.setReceiveBufferSize(1 << 20);
            socket.connect(new InetSocketAddress(host, port));
            socket.setSoTimeout(TIMEOUT_MILLIS / UDP_TRIES);
            socket.send(new DatagramPacket(question, length));
            DatagramPacket answer = new DatagramPacket(new byte[65_535], 65_535);
            socket.receive(answer);
            byte[] bytes = Arrays.copyOf(answer.getData(), answer.getLength());
            String seen = new String(bytes, StandardCharsets.ISO_8859_1).split("\n", 2)[0];
            int from = seen.length() + 1;
            boolean whole = Arrays.equals(bytes, from, bytes.length, question, from, length);
            return whole ? plain(seen) : "altered answer of " + bytes.length + " bytes";
        } catch (IOException e) {
            return e.toString();
        }
    }

    /** As the rest of the code writes addresses. */
    private static String plain(String address) {
        return IpAddress.tryParse(address.split("%", 2)[0])
                .map(IpAddress::toString)
                .orElse(address);
    }
}
