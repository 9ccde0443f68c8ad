package io.ballast.netty.tcp;

import io.ballast.core.model.AddressPort;
import io.ballast.core.model.Frontend;
import io.ballast.core.model.IpAddress;
import io.ballast.core.model.Protocol;
import io.ballast.netty.clientip.UpstreamBinder;
import io.ballast.netty.clientip.UpstreamBinding;
import io.ballast.netty.transport.ResourceShortage;
import io.netty.channel.embedded.EmbeddedChannel;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Connections whose legs and time are the test's: what they ask of the legs, whom they dial, from where. Confined to the test's thread. */
final class TcpConnectionFixture {
    static final AddressPort FRONTEND = address("10.96.0.10", 80);
    static final AddressPort CLIENT = address("192.0.2.9", 40000);
    static final AddressPort FIRST = address("192.0.2.1", 8080);
    static final AddressPort SECOND = address("192.0.2.2", 8080);

    private final EmbeddedChannel clock = new EmbeddedChannel();
    final FakeLeg downstream = new FakeLeg();
    final List<FakeLeg> upstreams = new ArrayList<>();
    final List<AddressPort> dialled = new ArrayList<>();
    final Queue<IOException> immediateFailures = new ArrayDeque<>();
    final List<@Nullable UpstreamBinding> bindings = new ArrayList<>();
    final List<Duration> durations = new ArrayList<>();
    final TestService service = new TestService(FIRST, SECOND);
    final OpenConnections open = new OpenConnections(0);
    UpstreamBinder binder = UpstreamBinder.NODE_ADDRESS;
    private long nanos;
    private @Nullable TcpConnection opened;
    private boolean refused;

    LoopConnections connections() {
        service.serveAt(FRONTEND);
        TcpContext context = new TcpContext(
                service.router,
                TcpSettings.DEFAULTS,
                binder,
                (connection, reason, duration) -> durations.add(duration),
                () -> nanos,
                open,
                new ResourceShortage(() -> nanos));
        return new LoopConnections(clock.eventLoop(), context, this::connect, 1, 1);
    }

    private Leg connect(TcpConnection connection, AddressPort endpoint, @Nullable UpstreamBinding source)
            throws IOException {
        dialled.add(endpoint);
        bindings.add(source);
        IOException failure = immediateFailures.poll();
        if (failure != null) {
            throw failure;
        }
        FakeLeg leg = new FakeLeg();
        upstreams.add(leg);
        return leg;
    }

    TcpConnection accept() {
        return accept(connections());
    }

    TcpConnection accept(LoopConnections connections) {
        AcceptedSocket socket = new AcceptedSocket() {
            @Override
            public Leg open(TcpConnection connection) {
                opened = connection;
                return downstream;
            }

            @Override
            public void reset() {
                refused = true;
            }
        };
        connections.accept(socket, new Frontend(Protocol.TCP, FRONTEND.address(), FRONTEND.port()), CLIENT);
        TcpConnection connection = opened;
        if (connection == null) {
            throw new AssertionError("refused: " + refused);
        }
        return connection;
    }

    FakeLeg upstream() {
        return upstreams.get(upstreams.size() - 1);
    }

    void pass(Duration time) {
        nanos += time.toNanos();
        clock.advanceTimeBy(time.toNanos(), TimeUnit.NANOSECONDS);
        clock.runScheduledPendingTasks();
    }

    /** The peer of one side sends no more. */
    void end(TcpConnection connection, Side side) {
        (side == Side.DOWNSTREAM ? downstream : upstream()).inputEnded = true;
        connection.ended(side);
    }

    private static AddressPort address(String ip, int port) {
        return new AddressPort(IpAddress.parse(ip), port);
    }
}
