package io.ballast.netty.udp;

import static org.assertj.core.api.Assertions.assertThat;

import io.ballast.core.model.AddressPort;
import io.ballast.core.model.Frontend;
import io.ballast.core.model.IpAddress;
import io.ballast.core.model.Protocol;
import io.ballast.core.routing.FrontendRoute;
import io.ballast.core.routing.MasqueradeRules;
import io.ballast.core.routing.Route;
import io.ballast.core.routing.Router;
import io.ballast.core.routing.RoutingTable;
import io.ballast.core.routing.Source;
import io.ballast.core.testing.ManualClock;
import io.ballast.netty.clientip.UpstreamBinder;
import io.ballast.netty.handover.InheritedSockets;
import io.ballast.netty.intercept.FrontendSockets.OpenSocket;
import io.ballast.netty.testing.Resources;
import io.ballast.netty.testing.Routes;
import io.ballast.netty.testing.TurnTaking;
import io.ballast.netty.transport.EventLoops;
import io.ballast.netty.transport.IoTransport;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A data path on one event loop with one frontend, real endpoints and clients, and a clock that is moved by hand. */
final class UdpFixture implements AutoCloseable {
    /** Short in real time, which only paces the checks; it passes when the clock is moved. */
    static final Duration IDLE_TIMEOUT = Duration.ofMillis(50);

    private static final IpAddress FRONTEND = IpAddress.parse("127.96.3.10");
    private static final int TIMEOUT_MILLIS = 20_000;

    private final Resources resources = new Resources();
    private final Router router = new Router(client -> Source.OUTSIDE, new MasqueradeRules(false, false));
    private final ManualClock clock = new ManualClock();
    private final Frontend frontend = new Frontend(Protocol.UDP, FRONTEND, freePort());
    private UpstreamBinder binder = UpstreamBinder.NODE_ADDRESS;
    private @Nullable EventLoops loops;
    private @Nullable TurnTaking balancer;
    private @Nullable UdpDatapath datapath;
    private @Nullable OpenSocket socket;

    /** Before {@link #start}. */
    void bindWith(UpstreamBinder chosen) {
        binder = chosen;
    }

    /** Opens the frontend; its endpoints take turns. */
    void start(IoTransport transport, UdpSettings settings, DatagramSocket... endpoints) throws IOException {
        loops = resources.keep(EventLoops.start(transport, 1));
        balancer = lead(frontend, endpoints);
        datapath = another(loops, settings);
        socket = datapath.open(frontend, false, false);
    }

    /** As if of another process, which has the same table. */
    UdpDatapath another(EventLoops on, UdpSettings settings) {
        return resources.keep(new UdpDatapath(on, router, binder, settings, clock, new InheritedSockets()));
    }

    private TurnTaking lead(Frontend to, DatagramSocket... endpoints) {
        List<AddressPort> addresses =
                Arrays.stream(endpoints).map(UdpFixture::address).toList();
        TurnTaking turns = new TurnTaking(addresses);
        FrontendRoute route = Routes.leading(to, turns, addresses, IDLE_TIMEOUT);
        router.publish(RoutingTable.EMPTY.with(route).with(route.route()));
        return turns;
    }

    Router router() {
        return router;
    }

    ManualClock clock() {
        return clock;
    }

    Frontend frontend() {
        return frontend;
    }

    EventLoops loops() {
        return Objects.requireNonNull(loops);
    }

    TurnTaking balancer() {
        return Objects.requireNonNull(balancer);
    }

    UdpDatapath datapath() {
        return Objects.requireNonNull(datapath);
    }

    OpenSocket socket() {
        return Objects.requireNonNull(socket);
    }

    InetSocketAddress address() {
        return frontend.addressPort().toSocketAddress();
    }

    Route route() {
        FrontendRoute found = router.table().find(frontend);
        assertThat(found).isNotNull();
        return Objects.requireNonNull(found).route();
    }

    /** The same route after all but one endpoint stopped serving. */
    Route serving(DatagramSocket only) {
        Route route = route();
        return new Route(
                route.servicePort(), route.endpoints(), Set.of(address(only)), route.balancer(), route.stats());
    }

    void send(DatagramSocket client, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        client.send(new DatagramPacket(bytes, bytes.length, address()));
    }

    /** Sends and returns the answer, which must come from the frontend itself. */
    String ask(DatagramSocket client, String text) throws IOException {
        send(client, text);
        DatagramPacket answer = new DatagramPacket(new byte[65_535], 65_535);
        try {
            client.receive(answer);
        } catch (SocketTimeoutException e) {
            throw new IOException("no answer to " + text, e);
        }
        assertThat(answer.getSocketAddress()).isEqualTo(address());
        return new String(answer.getData(), 0, answer.getLength(), StandardCharsets.UTF_8);
    }

    DatagramSocket client() throws IOException {
        DatagramSocket client = loopbackSocket();
        client.setSoTimeout(TIMEOUT_MILLIS);
        return client;
    }

    private DatagramSocket loopbackSocket() throws IOException {
        return resources.keep(new DatagramSocket(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0)));
    }

    /** Answers each datagram with itself, after its name and a colon where it has a name. */
    DatagramSocket echo(String name) throws IOException {
        DatagramSocket echo = loopbackSocket();
        Thread thread = new Thread(() -> answer(echo, name.isEmpty() ? "" : name + ":"), "echo-" + name);
        thread.setDaemon(true);
        thread.start();
        return echo;
    }

    private static void answer(DatagramSocket socket, String prefix) {
        byte[] before = prefix.getBytes(StandardCharsets.UTF_8);
        while (!socket.isClosed()) {
            try {
                DatagramPacket packet = new DatagramPacket(new byte[65_535], 65_535);
                socket.receive(packet);
                byte[] answer = Arrays.copyOf(before, before.length + packet.getLength());
                System.arraycopy(packet.getData(), 0, answer, before.length, packet.getLength());
                socket.send(new DatagramPacket(answer, answer.length, packet.getSocketAddress()));
            } catch (IOException e) {
                return; // The test closed it.
            }
        }
    }

    static AddressPort address(DatagramSocket socket) {
        return AddressPort.of((InetSocketAddress) socket.getLocalSocketAddress());
    }

    private static int freePort() {
        try (DatagramSocket probe = new DatagramSocket(new InetSocketAddress(FRONTEND.toInetAddress(), 0))) {
            return probe.getLocalPort();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public void close() throws Exception {
        resources.close();
    }
}
