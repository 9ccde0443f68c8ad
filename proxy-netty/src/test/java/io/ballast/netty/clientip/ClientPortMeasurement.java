package io.ballast.netty.clientip;

import io.ballast.netty.testing.Machine;
import io.ballast.netty.testing.Topology;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/**
 * Prints how 50 000 connections, one after the other, of one client to one endpoint fare with 4 536 ports. Asserts
 * nothing, because times are not stable, and runs only when it is named: {@code mvn test -pl proxy-netty
 * -Dtest=ClientPortMeasurement}. Needs root.
 */
class ClientPortMeasurement {
    private static final int CONNECTIONS = 50_000;
    private static final PrintStream OUT = System.out;

    @Test
    void measures() throws Exception {
        try (Topology topology = Topology.builder()
                        .node("node1")
                        .bridgedPod("client")
                        .bridgedPod("web")
                        .build();
                AddressEcho echo = AddressEcho.start(topology.machine("web"), 8080);
                ProxyNode proxy = ProxyNode.start(topology.machine("node1"), ProxyNode.Setup.DEFAULT)) {
            proxy.expose("10.96.0.10", "fd00:96::10", topology.machine("web"));
            Machine client = topology.machine("client");
            long start = System.nanoTime();
            Map<String, Integer> seen = client.run(ClientPortMeasurement::dial);
            double seconds = (System.nanoTime() - start) / 1e9;
            OUT.printf(
                    Locale.ROOT,
                    "%d connections in %.1f s; the endpoint saw %s; for want of a port the node's address: %d;"
                            + " resets: %d%n",
                    CONNECTIONS,
                    seconds,
                    seen,
                    proxy.addresses().fallbacks(ClientAddressFallback.PORTS),
                    echo.failures());
        }
    }

    private static Map<String, Integer> dial() {
        Map<String, Integer> seen = new TreeMap<>();
        for (int i = 0; i < CONNECTIONS; i++) {
            seen.merge(dialOnce(), 1, Integer::sum);
        }
        return seen;
    }

    private static String dialOnce() {
        try (Socket socket = new Socket()) {
            socket.setSoTimeout(20_000);
            socket.connect(new InetSocketAddress("10.96.0.10", 80), 20_000);
            BufferedReader reader =
                    new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
            String address = String.valueOf(reader.readLine());
            socket.shutdownOutput();
            return reader.read() == -1 ? address : "more than was sent";
        } catch (IOException e) {
            return e.toString();
        }
    }
}
