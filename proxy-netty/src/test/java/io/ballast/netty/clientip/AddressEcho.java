package io.ballast.netty.clientip;

import io.ballast.netty.testing.Machine;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * An endpoint that says at which address it sees its client, over TCP and UDP on one port of every address. TCP: a line,
 * then all bytes are sent back until the client's end. UDP: the line, then the datagram from there on as it came.
 */
final class AddressEcho implements AutoCloseable {
    private final ServerSocket tcp;
    private final DatagramSocket udp;
    private final AtomicInteger failures = new AtomicInteger();

    private AddressEcho(ServerSocket tcp, DatagramSocket udp) {
        this.tcp = tcp;
        this.udp = udp;
    }

    static AddressEcho start(Machine machine, int port) throws Exception {
        return machine.run(() -> {
            InetSocketAddress everywhere = new InetSocketAddress(InetAddress.getByName("::"), port);
            ServerSocket tcp = new ServerSocket();
            tcp.setReuseAddress(true);
            tcp.bind(everywhere, 1024);
            DatagramSocket udp = new DatagramSocket(everywhere);
            udp.setReceiveBufferSize(1 << 20);
            udp.setSendBufferSize(1 << 20);
            AddressEcho echo = new AddressEcho(tcp, udp);
            daemon(echo::accept, machine.name() + "-tcp");
            daemon(echo::answer, machine.name() + "-udp");
            return echo;
        });
    }

    private static void daemon(Runnable body, String name) {
        Thread thread = new Thread(body, name);
        thread.setDaemon(true);
        thread.start();
    }

    private void accept() {
        while (!tcp.isClosed()) {
            try {
                Socket client = tcp.accept();
                daemon(() -> serve(client), "echo");
            } catch (IOException e) {
                if (!tcp.isClosed()) {
                    failures.incrementAndGet();
                }
            }
        }
    }

    private void serve(Socket client) {
        try (client) {
            client.getOutputStream().write(line(client.getInetAddress()));
            client.getInputStream().transferTo(client.getOutputStream());
        } catch (IOException e) {
            failures.incrementAndGet();
        }
    }

    private static byte[] line(InetAddress client) {
        return (client.getHostAddress() + "\n").getBytes(StandardCharsets.UTF_8);
    }

    private void answer() {
        byte[] buffer = new byte[65_535];
        while (!udp.isClosed()) {
            try {
                DatagramPacket packet = new DatagramPacket(buffer, buffer.length);
                udp.receive(packet);
                byte[] line = line(packet.getAddress());
                System.arraycopy(line, 0, buffer, 0, line.length);
                udp.send(new DatagramPacket(
                        buffer, Math.max(line.length, packet.getLength()), packet.getSocketAddress()));
            } catch (IOException e) {
                if (!udp.isClosed()) {
                    failures.incrementAndGet();
                }
            }
        }
    }

    /** Clients that were reset, and datagrams that could not be answered. */
    int failures() {
        return failures.get();
    }

    @Override
    public void close() throws IOException {
        tcp.close();
        udp.close();
    }
}
