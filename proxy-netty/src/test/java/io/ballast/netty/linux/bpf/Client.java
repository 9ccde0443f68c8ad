package io.ballast.netty.linux.bpf;

import io.ballast.core.model.Frontend;
import io.ballast.core.model.Protocol;
import io.ballast.netty.testing.NetworkNamespace;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.ConnectException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.PortUnreachableException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** Dials as any program does, with a connected socket of the default kind. */
final class Client {

    /** What {@link #ask} answers on RST or port unreachable. */
    static final String REFUSED = "refused";

    private static final int TIMEOUT_MILLIS = 5_000;

    private Client() {}

    /** The first word of what the server says: {@code service} or {@code host}; or {@link #REFUSED}. */
    static String ask(NetworkNamespace from, Frontend target) throws Exception {
        return askAll(from, target).split(" ")[0];
    }

    /** All the server says. */
    static String askAll(NetworkNamespace from, Frontend target) throws Exception {
        return from.run(() -> target.protocol() == Protocol.TCP ? tcp(target) : udp(target));
    }

    private static String tcp(Frontend target) throws IOException {
        try (Socket socket = new Socket()) {
            socket.setSoTimeout(TIMEOUT_MILLIS);
            socket.connect(target.addressPort().toSocketAddress(), TIMEOUT_MILLIS);
            return new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8))
                    .readLine();
        } catch (ConnectException e) {
            return REFUSED;
        }
    }

    private static String udp(Frontend target) throws IOException {
        try (DatagramSocket socket = new DatagramSocket()) {
            socket.setSoTimeout(TIMEOUT_MILLIS);
            socket.connect(target.addressPort().toSocketAddress());
            // A server may not see where a datagram went, but must answer from there: we tell.
            byte[] dialled = target.address().toString().getBytes(StandardCharsets.UTF_8);
            socket.send(new DatagramPacket(dialled, dialled.length));
            DatagramPacket answer = new DatagramPacket(new byte[200], 200);
            socket.receive(answer);
            return new String(answer.getData(), 0, answer.getLength(), StandardCharsets.UTF_8);
        } catch (PortUnreachableException e) {
            return REFUSED;
        }
    }
}
