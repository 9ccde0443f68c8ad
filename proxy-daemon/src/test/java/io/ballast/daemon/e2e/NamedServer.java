package io.ballast.daemon.e2e;

import io.ballast.core.model.Protocol;
import io.ballast.netty.testing.Machine;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.StandardProtocolFamily;
import java.nio.channels.DatagramChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;

/**
 * A server on a machine that says its name and the address it sees its client at, over TCP and UDP on one port, on
 * every address of both families. TCP: a line, then an echo of whatever comes until the client ends it. UDP: the line, padded
 * with zeros to the length of what came.
 */
final class NamedServer implements AutoCloseable {
    private final String name;
    private final ServerSocket tcp;
    private final DatagramSocket udp;

    private NamedServer(String name, ServerSocket tcp, DatagramSocket udp) {
        this.name = name;
        this.tcp = tcp;
        this.udp = udp;
    }

    static NamedServer start(Machine machine, String name, int port) throws Exception {
        return start(machine, name, "::", port, EnumSet.allOf(Protocol.class));
    }

    /**
     * As the host's own processes do it, on one address or a wildcard: {@code 0.0.0.0} takes IPv4 only, {@code ::}
     * both families.
     *
     * @throws java.net.BindException when the port is taken
     */
    static NamedServer start(Machine machine, String name, String host, int port, Set<Protocol> protocols)
            throws Exception {
        return machine.run(() -> {
            StandardProtocolFamily family =
                    host.contains(":") ? StandardProtocolFamily.INET6 : StandardProtocolFamily.INET;
            InetSocketAddress address = new InetSocketAddress(host, port);
            ServerSocket tcp = ServerSocketChannel.open(family).socket();
            DatagramSocket udp = DatagramChannel.open(family).socket();
            try {
                if (protocols.contains(Protocol.TCP)) {
                    tcp.setReuseAddress(true);
                    tcp.bind(address, 1024);
                }
                if (protocols.contains(Protocol.UDP)) {
                    udp.bind(address);
                }
            } catch (IOException e) {
                tcp.close();
                udp.close();
                throw e;
            }
            NamedServer server = new NamedServer(name, tcp, udp);
            if (tcp.isBound()) {
                daemon(server::accept, name + "-tcp");
            }
            if (udp.isBound()) {
                daemon(server::answer, name + "-udp");
            }
            return server;
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
                daemon(() -> serve(client), name + "-client");
            } catch (IOException e) {
                if (!tcp.isClosed()) {
                    throw new AssertionError(e);
                }
            }
        }
    }

    private void serve(Socket client) {
        try (client) {
            client.getOutputStream().write((line(client.getInetAddress()) + "\n").getBytes(StandardCharsets.UTF_8));
            client.getInputStream().transferTo(client.getOutputStream());
        } catch (SocketException e) {
            return; // The client reset the connection, which some tests mean to do.
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private String line(InetAddress client) {
        return name + " " + client.getHostAddress();
    }

    private void answer() {
        byte[] buffer = new byte[65_535];
        while (!udp.isClosed()) {
            try {
                DatagramPacket packet = new DatagramPacket(buffer, buffer.length);
                udp.receive(packet);
                byte[] line = (line(packet.getAddress()) + "\n").getBytes(StandardCharsets.UTF_8);
                byte[] answer = Arrays.copyOf(line, Math.max(line.length, packet.getLength()));
                udp.send(new DatagramPacket(answer, answer.length, packet.getSocketAddress()));
            } catch (IOException e) {
                if (!udp.isClosed()) {
                    throw new AssertionError(e);
                }
            }
        }
    }

    @Override
    public void close() throws IOException {
        tcp.close();
        udp.close();
    }
}
