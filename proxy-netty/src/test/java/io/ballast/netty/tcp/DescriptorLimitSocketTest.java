package io.ballast.netty.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import io.ballast.core.testing.RequiresCommand;
import io.ballast.netty.testing.Eventually;
import io.ballast.netty.transport.IoTransport;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.io.TempDir;

/** A data path whose process runs out of descriptors, for real. NIO runs out to the last one, the others stop before. */
@RequiresCommand("sh")
class DescriptorLimitSocketTest {
    /** Below what the test opens, above what the virtual machine needs for itself. */
    private static final int LIMIT = 256;

    private static final int CLIENTS = 200;

    @TempDir
    Path directory;

    @EveryTransport
    void pausesAndRecoversWhileOpenConnectionsLive(IoTransport transport) throws Exception {
        try (TestEndpoint endpoint = TestEndpoint.start()) {
            Process child = start(transport, endpoint);
            List<String> output = Collections.synchronizedList(new ArrayList<>());
            Thread reader = read(child, output);
            try {
                Eventually.until("the child listens", () -> port(output) > 0);
                List<Socket> clients = new ArrayList<>();
                clients.add(connect(port(output)));
                Socket first = endpoint.accept();
                while (clients.size() < CLIENTS) {
                    clients.add(connect(port(output)));
                }
                Eventually.until("it runs out", () -> warnings(output) > 0);

                for (int i = 0; i < 100; i++) {
                    clients.get(0).getOutputStream().write(i);
                    assertThat(first.getInputStream().read()).isEqualTo(i);
                }
                Eventually.until("it rests", () -> isResting(child, endpoint));
                assertThat(warnings(output)).isEqualTo(1);

                for (Socket client : clients.subList(1, CLIENTS)) {
                    client.close();
                }
                assertThat(endpoint.connections()).isLessThan(CLIENTS);
                Eventually.until("a new client is served", () -> isServed(endpoint, first, port(output)));
                first.close();
                clients.get(0).close();
            } finally {
                child.getOutputStream().close();
                if (!child.waitFor(20, TimeUnit.SECONDS)) {
                    child.destroyForcibly();
                }
                reader.join();
            }
        }
    }

    /** From archives, as in a distribution: those stay open, while classes in directories need descriptors to load. */
    private Process start(IoTransport transport, TestEndpoint endpoint) throws Exception {
        String classPath = Archives.ofClassPath(directory);
        String java = ProcessHandle.current().info().command().orElse("java");
        String command = String.format(
                Locale.ROOT,
                "ulimit -n %d; exec '%s' -Xmx64m -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -cp '%s' %s %s %d",
                LIMIT,
                java,
                classPath,
                FewDescriptors.class.getName(),
                transport.label(),
                endpoint.address().port());
        return new ProcessBuilder("sh", "-c", command).redirectErrorStream(true).start();
    }

    /** Whether a new client comes through to the endpoint, which ends whatever connections it has but the first. */
    private static boolean isServed(TestEndpoint endpoint, Socket first, int port) {
        try (Socket client = connect(port)) {
            client.setSoTimeout(100);
            client.shutdownOutput();
            Eventually.until("the endpoint has it", () -> endpoint.closeAllBut(first) > 0);
            return client.getInputStream().read() == -1;
        } catch (IOException e) {
            return false;
        }
    }

    private static Thread read(Process child, List<String> output) {
        BufferedReader lines =
                new BufferedReader(new InputStreamReader(child.getInputStream(), StandardCharsets.UTF_8));
        Thread reader = new Thread(() -> lines.lines().forEach(output::add));
        reader.start();
        return reader;
    }

    private static int port(List<String> output) {
        return List.copyOf(output).stream()
                .filter(line -> line.startsWith("listening "))
                .map(line -> Integer.parseInt(line.substring("listening ".length())))
                .findFirst()
                .orElse(0);
    }

    private static long warnings(List<String> output) {
        return List.copyOf(output).stream()
                .filter(line -> line.contains("No resources for more"))
                .collect(Collectors.counting());
    }

    /** Whether it uses next to no processor time while nothing happens: one that spins never does. */
    private static boolean isResting(Process process, TestEndpoint endpoint) {
        Duration before = cpu(process);
        Eventually.settled(endpoint::connections);
        return cpu(process).minus(before).toMillis() <= 60;
    }

    private static Duration cpu(Process process) {
        return process.info().totalCpuDuration().orElseThrow();
    }

    private static Socket connect(int port) throws IOException {
        Socket socket = new Socket(InetAddress.getByName("127.0.0.1"), port);
        socket.setSoTimeout(30_000);
        return socket;
    }
}
