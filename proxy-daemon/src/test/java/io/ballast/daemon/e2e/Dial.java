package io.ballast.daemon.e2e;

import io.ballast.netty.testing.Machine;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.ConnectException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.PortUnreachableException;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;

/** What a client on some machine sees when it dials an address. */
final class Dial {
    static final String REFUSED = "refused";
    static final String RESET = "reset";
    static final String SILENCE = "silence";
    private static final int TIMEOUT_MILLIS = 3_000;

    private Dial() {}

    /** The server's line, or one of the words above. */
    static String tcp(Machine from, String host, int port) throws Exception {
        return from.run(() -> {
            try (Socket socket = new Socket()) {
                socket.connect(new InetSocketAddress(host, port), TIMEOUT_MILLIS);
                socket.setSoTimeout(TIMEOUT_MILLIS);
                BufferedReader reader =
                        new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
                String line = reader.readLine();
                return line == null ? "closed" : line;
            } catch (ConnectException e) {
                return String.valueOf(e.getMessage()).contains("refused") ? REFUSED : SILENCE;
            } catch (SocketTimeoutException e) {
                return SILENCE;
            } catch (SocketException e) {
                return RESET;
            }
        });
    }

    /** The name of the server that answers over TCP, or one of the words above. */
    static String tcpServer(Machine from, String host, int port) throws Exception {
        return firstWord(tcp(from, host, port));
    }

    /** As {@link #tcpServer}, with one datagram of the given length. */
    static String udpServer(Machine from, String host, int port, int length) throws Exception {
        return firstWord(udp(from, host, port, length));
    }

    private static String firstWord(String line) {
        return line.split(" ", 2)[0];
    }

    /** As {@link #tcp}, with one datagram of the given length. */
    static String udp(Machine from, String host, int port, int length) throws Exception {
        return from.run(() -> {
            try (DatagramSocket socket = new DatagramSocket()) {
                socket.connect(new InetSocketAddress(host, port));
                socket.setSoTimeout(TIMEOUT_MILLIS);
                socket.send(new DatagramPacket(new byte[length], length));
                DatagramPacket answer = new DatagramPacket(new byte[65_535], 65_535);
                socket.receive(answer);
                String text = new String(answer.getData(), 0, answer.getLength(), StandardCharsets.UTF_8);
                String line = text.substring(0, text.indexOf('\n'));
                return answer.getLength() >= length ? line : "short answer of " + answer.getLength();
            } catch (PortUnreachableException e) {
                return REFUSED;
            } catch (SocketTimeoutException e) {
                return SILENCE;
            } catch (IOException e) {
                // A packet that is rejected on its way out of this very host fails the call that sends it, with EPERM.
                boolean refused = String.valueOf(e.getMessage()).matches(".*(refused|not permitted).*");
                return refused ? REFUSED : e.toString();
            }
        });
    }
}
