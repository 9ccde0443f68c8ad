package io.ballast.netty.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import io.ballast.core.model.AddressPort;
import io.ballast.core.model.CloseReason;
import io.ballast.core.model.ConnectFailure;
import io.ballast.core.model.EndpointRemoval;
import io.ballast.core.model.RefuseReason;
import io.ballast.netty.clientip.UpstreamBinding;
import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Whom a connection asks, from which address, until an endpoint answers, on legs and in a time that the test makes. */
class TcpConnectionAttemptsTest {
    private static final AddressPort FIRST = TcpConnectionFixture.FIRST;
    private static final AddressPort SECOND = TcpConnectionFixture.SECOND;

    private final TcpConnectionFixture fixture = new TcpConnectionFixture();

    @Test
    void triesAnotherEndpointAtOnceWhenOneRefuses() {
        TcpConnection connection = fixture.accept();
        connection.connectFailed(new ConnectException("Connection refused"));
        assertThat(fixture.dialled).containsExactly(FIRST, SECOND);
        assertThat(fixture.upstreams.get(0).calls).containsExactly("reset");
        connection.connected();
        assertThat(connection.endpoint()).isEqualTo(SECOND);
        assertThat(fixture.service.stats.connectFailures(ConnectFailure.REFUSED))
                .isEqualTo(1);
        assertThat(fixture.service.stats.connectRetries()).isEqualTo(1);
        assertThat(fixture.service.balancer.failed()).isEqualTo(1);
        assertThat(fixture.service.balancer.active()).isEqualTo(1);
    }

    @Test
    void triesAnotherEndpointWhenOneFailsBeforeItWasAsked() {
        fixture.immediateFailures.add(new NoRouteToHostException());
        fixture.accept().connected();
        assertThat(fixture.dialled).containsExactly(FIRST, SECOND);
        assertThat(fixture.service.stats.connectFailures(ConnectFailure.UNREACHABLE))
                .isEqualTo(1);
    }

    @Test
    void resetsTheClientWhenAllEndpointsFailed() {
        TcpConnection connection = fixture.accept();
        connection.connectFailed(new ConnectException("Connection refused"));
        connection.connectFailed(new ConnectException("Connection refused"));
        assertThat(fixture.downstream.calls).containsExactly("reset");
        assertThat(fixture.service.stats.refusals(RefuseReason.CONNECT_FAILED)).isEqualTo(1);
        assertThat(fixture.service.stats.connectionsActive()).isZero();
        assertThat(fixture.service.balancer.active()).isZero();
        assertThat(fixture.open.count()).isZero();
    }

    @Test
    void asksNoMoreEndpointsThanAllowed() {
        fixture.service.with(TestService.options(1, Duration.ofSeconds(3)));
        fixture.accept().connectFailed(new ConnectException("Connection refused"));
        assertThat(fixture.dialled).containsExactly(FIRST);
        assertThat(fixture.downstream.calls).containsExactly("reset");
    }

    @Test
    void asksNobodyElseWhenDescriptorsRanOut() {
        fixture.immediateFailures.add(new IOException("Too many open files"));
        fixture.accept();
        assertThat(fixture.dialled).containsExactly(FIRST);
        assertThat(fixture.downstream.calls).containsExactly("reset");
        assertThat(fixture.service.balancer.failed()).isZero();
        assertThat(fixture.service.balancer.active()).isZero();
    }

    @Test
    void givesAnAttemptItsTimeAndNoMore() {
        TcpConnection connection = fixture.accept();
        fixture.pass(Duration.ofMillis(2900));
        assertThat(fixture.dialled).containsExactly(FIRST);
        fixture.pass(Duration.ofMillis(200));
        assertThat(fixture.dialled).containsExactly(FIRST, SECOND);
        assertThat(fixture.service.stats.connectFailures(ConnectFailure.TIMEOUT))
                .isEqualTo(1);
        connection.connected();
        fixture.pass(Duration.ofSeconds(10));
        assertThat(fixture.upstream().calls).containsExactly("relay");
    }

    @Test
    void abandonsTheAttemptWhenTheClientVanishes() {
        TcpConnection connection = fixture.accept();
        connection.failed(Side.DOWNSTREAM, new IOException("reset by peer"));
        assertThat(fixture.upstream().calls).containsExactly("reset");
        assertThat(fixture.service.balancer.active()).isZero();
        connection.connected();
        assertThat(fixture.service.stats.connectionsOpened()).isZero();
    }

    @Test
    void isResetWhenItsEndpointLeftWhileItConnected() {
        fixture.service.removing(EndpointRemoval.RESET);
        TcpConnection connection = fixture.accept();
        fixture.service.replaceEndpoints(SECOND);
        connection.connected();
        assertThat(fixture.downstream.calls).endsWith("reset");
        assertThat(fixture.service.stats.connectionsClosed(CloseReason.ENDPOINT_REMOVED))
                .isEqualTo(1);
    }

    @Test
    void triesTheNextSourceAndThenTheNodesAddressWhenTheKernelRefusesOne() {
        RecordingBinding second = new RecordingBinding(null);
        RecordingBinding first = new RecordingBinding(second);
        fixture.binder = (client, decision) -> first;
        fixture.immediateFailures.add(new IOException("Cannot assign requested address"));
        fixture.immediateFailures.add(new IOException("Address already in use"));
        TcpConnection connection = fixture.accept();
        assertThat(fixture.bindings).containsExactly(first, second, null);
        assertThat(fixture.dialled).containsExactly(FIRST, FIRST, FIRST);
        connection.connected();
        connection.close(CloseReason.ERROR, true);
        assertThat(first.calls).containsExactly("refused");
        assertThat(second.calls).containsExactly("refused");
    }

    @Test
    void givesTheSourceBackWhenItEnds() {
        RecordingBinding source = new RecordingBinding(null);
        fixture.binder = (client, decision) -> source;
        TcpConnection connection = fixture.accept();
        connection.connected();
        assertThat(source.calls).isEmpty();
        connection.failed(Side.UPSTREAM, new IOException("reset by peer"));
        assertThat(source.calls).containsExactly("release");
    }

    @Test
    void givesTheSourceBackWhenAnAttemptFails() {
        List<RecordingBinding> sources = new ArrayList<>();
        fixture.binder = (client, decision) -> {
            sources.add(new RecordingBinding(null));
            return sources.get(sources.size() - 1);
        };
        fixture.accept().connectFailed(new ConnectException("Connection refused"));
        assertThat(sources).hasSize(2);
        assertThat(sources.get(0).calls).containsExactly("release");
        assertThat(sources.get(1).calls).isEmpty();
    }

    private static final class RecordingBinding implements UpstreamBinding {
        final List<String> calls = new ArrayList<>();
        private final @Nullable UpstreamBinding following;

        RecordingBinding(@Nullable UpstreamBinding following) {
            this.following = following;
        }

        @Override
        public AddressPort source() {
            return TcpConnectionFixture.CLIENT;
        }

        @Override
        public boolean transparent() {
            return true;
        }

        @Override
        public @Nullable UpstreamBinding refused() {
            calls.add("refused");
            return following;
        }

        @Override
        public void release() {
            calls.add("release");
        }
    }
}
