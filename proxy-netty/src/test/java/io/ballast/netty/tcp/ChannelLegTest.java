package io.ballast.netty.tcp;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.ballast.core.model.AddressPort;
import io.ballast.core.model.CloseReason;
import io.ballast.core.model.Frontend;
import io.ballast.core.model.IpAddress;
import io.ballast.core.model.Protocol;
import io.ballast.netty.clientip.UpstreamBinder;
import io.ballast.netty.testing.LeakGuard;
import io.ballast.netty.transport.ResourceShortage;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import java.io.IOException;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** How a leg translates what happens to its Netty channel. */
@ExtendWith(LeakGuard.class)
class ChannelLegTest {
    private static final AddressPort FRONTEND = new AddressPort(IpAddress.parse("10.96.0.10"), 80);
    private static final AddressPort CLIENT = new AddressPort(IpAddress.parse("192.0.2.9"), 40000);
    private static final AddressPort ENDPOINT = new AddressPort(IpAddress.parse("192.0.2.1"), 8080);

    private final EmbeddedDuplexChannel client = new EmbeddedDuplexChannel();
    private final EmbeddedDuplexChannel endpoint = new EmbeddedDuplexChannel();
    private final TestService service = new TestService(ENDPOINT);
    private final TcpConnection connection = accept();

    private TcpConnection accept() {
        AtomicReference<TcpConnection> accepted = new AtomicReference<>();
        service.serveAt(FRONTEND);
        TcpContext context = new TcpContext(
                service.router,
                TcpSettings.DEFAULTS,
                UpstreamBinder.NODE_ADDRESS,
                ConnectionLog.NONE,
                () -> 0,
                new OpenConnections(0),
                new ResourceShortage(() -> 0));
        Connector connector = (target, address, source) -> add(endpoint, target, Side.UPSTREAM);
        LoopConnections connections = new LoopConnections(client.eventLoop(), context, connector, 1, 1);
        AcceptedSocket socket = new AcceptedSocket() {
            @Override
            public Leg open(TcpConnection target) {
                accepted.set(target);
                return add(client, target, Side.DOWNSTREAM);
            }

            @Override
            public void reset() {
                throw new AssertionError("refused");
            }
        };
        connections.accept(socket, new Frontend(Protocol.TCP, FRONTEND.address(), FRONTEND.port()), CLIENT);
        return Objects.requireNonNull(accepted.get());
    }

    private static ChannelLeg add(EmbeddedDuplexChannel channel, TcpConnection connection, Side side) {
        ChannelLeg leg = new ChannelLeg(connection, side, channel);
        channel.config().setWriteBufferWaterMark(new WriteBufferWaterMark(512, 1024));
        channel.pipeline().addLast(ChannelLeg.NAME, leg);
        return leg;
    }

    @Test
    void holdsOneReadUntilTheEndpointIsThere() {
        client.writeInbound(text("early"));
        assertThat(client.config().isAutoRead()).isFalse();
        assertThat(endpoint.<ByteBuf>readOutbound()).isNull();
        connection.connected();
        assertThat(client.config().isAutoRead()).isTrue();
        assertSent(endpoint, "early");
    }

    @Test
    void writesWhatItReadsAndFlushesAfterTheLastRead() {
        connection.connected();
        client.pipeline().fireChannelRead(text("a"));
        client.pipeline().fireChannelRead(text("b"));
        assertThat(endpoint.<ByteBuf>readOutbound()).isNull();
        client.pipeline().fireChannelReadComplete();
        assertSent(endpoint, "a");
        assertSent(endpoint, "b");
    }

    @Test
    void pausesReadsWhileThePeerIsUnwritable() {
        connection.connected();
        endpoint.blockWrites();
        client.writeInbound(Unpooled.directBuffer().writeZero(2048));
        assertThat(client.config().isAutoRead()).isFalse();
        assertThat(connection.pendingBytes()).isBetween(2048L, 2200L);
        endpoint.unblockWrites();
        assertThat(client.config().isAutoRead()).isTrue();
        assertThat(connection.pendingBytes()).isZero();
        releaseSent(endpoint);
    }

    @Test
    void shutsThePeersOutputDownAfterWhatIsStillToBeSent() {
        connection.connected();
        endpoint.blockWrites();
        client.writeInbound(text("last words"));
        client.pipeline().fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE);
        assertThat(endpoint.isOutputShutdown()).isFalse();
        endpoint.unblockWrites();
        assertThat(endpoint.isOutputShutdown()).isTrue();
        assertThat(client.isOpen()).isTrue();
        assertSent(endpoint, "last words");
        releaseSent(endpoint);
    }

    @Test
    void reportsAnEndThatCameBeforeTheEndpointWasThere() {
        client.writeInbound(text("all"));
        client.pipeline().fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE);
        assertThat(endpoint.isOutputShutdown()).isFalse();
        connection.connected();
        assertSent(endpoint, "all");
        releaseSent(endpoint);
        assertThat(endpoint.isOutputShutdown()).isTrue();
    }

    @Test
    void closesBothWhenOneFails() {
        connection.connected();
        client.pipeline().fireExceptionCaught(new IOException("Connection reset by peer"));
        assertThat(client.isOpen()).isFalse();
        assertThat(endpoint.isOpen()).isFalse();
        assertThat(service.stats.connectionsClosed(CloseReason.CLIENT_RESET)).isEqualTo(1);
    }

    @Test
    void closesBothWhenOneIsClosedByTheTransport() {
        connection.connected();
        endpoint.close();
        assertThat(client.isOpen()).isFalse();
        assertThat(service.stats.connectionsClosed(CloseReason.ENDPOINT_RESET)).isEqualTo(1);
    }

    @Test
    void blamesItselfForOtherExceptions() {
        connection.connected();
        client.pipeline().fireExceptionCaught(new IllegalStateException("expected by this test"));
        assertThat(endpoint.isOpen()).isFalse();
        assertThat(service.stats.connectionsClosed(CloseReason.ERROR)).isEqualTo(1);
    }

    @Test
    void releasesWhatNobodyWillEverRead() {
        ByteBuf held = text("held");
        client.writeInbound(held);
        connection.close(CloseReason.SHUTDOWN, true);
        assertThat(held.refCnt()).isZero();
    }

    @Test
    void dropsWhatArrivesAfterWeEndedTheConnection() {
        connection.connected();
        connection.end(CloseReason.IDLE);
        assertThat(client.isOutputShutdown()).isTrue();
        ByteBuf late = text("late");
        client.writeInbound(late);
        assertThat(late.refCnt()).isZero();
        assertThat(endpoint.<ByteBuf>readOutbound()).isNull();
    }

    private static ByteBuf text(String text) {
        return Unpooled.directBuffer().writeBytes(text.getBytes(US_ASCII));
    }

    private static void assertSent(EmbeddedDuplexChannel channel, String expected) {
        ByteBuf sent = channel.readOutbound();
        assertThat(sent).isNotNull();
        assertThat(sent.toString(US_ASCII)).isEqualTo(expected);
        sent.release();
    }

    private static void releaseSent(EmbeddedDuplexChannel channel) {
        channel.releaseOutbound();
    }
}
