package io.ballast.netty.clientip;

import io.ballast.core.model.AddressPort;
import io.ballast.core.model.IpAddress;
import io.ballast.core.routing.Decision;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BiPredicate;
import org.jspecify.annotations.Nullable;

/**
 * Binds to the client's address where the core says so and replies are known to come back here, and to a port that
 * makes the connection unique. One for each transport protocol. <em>Thread-safe.</em>
 */
final class TransparentBinder implements UpstreamBinder {
    /**
     * Ports that the kernel may turn down for one connection. They come in the order in which they were last used, so
     * when that many are still in TIME_WAIT (without TCP timestamps, or of an earlier process) so are those behind them.
     */
    static final int MOST_REFUSALS = 64;

    private final ClientPortAllocator allocator;
    private final BiPredicate<IpAddress, IpAddress> repliesComeBack;
    private final LongAdder exhausted;

    /**
     * @param repliesComeBack of a client's and an endpoint's address
     * @param exhausted counts connections that had to use the node's address for want of a port
     */
    TransparentBinder(
            ClientPortAllocator allocator, BiPredicate<IpAddress, IpAddress> repliesComeBack, LongAdder exhausted) {
        this.allocator = allocator;
        this.repliesComeBack = repliesComeBack;
        this.exhausted = exhausted;
    }

    @Override
    public @Nullable UpstreamBinding bind(AddressPort client, Decision.Forward decision) {
        AddressPort endpoint = decision.lease().endpoint().address();
        boolean kept = decision.keepClientAddress() && repliesComeBack.test(client.address(), endpoint.address());
        return kept ? take(client.address(), endpoint, 0) : null;
    }

    @Override
    public @Nullable UpstreamBinding resume(AddressPort source, AddressPort client, AddressPort endpoint) {
        boolean ours =
                source.address().equals(client.address()) && allocator.claim(client.address(), endpoint, source.port());
        return ours ? new ClientPort(source, endpoint, MOST_REFUSALS) : null;
    }

    private @Nullable UpstreamBinding take(IpAddress client, AddressPort endpoint, int refusals) {
        int port = refusals < MOST_REFUSALS ? allocator.take(client, endpoint) : ClientPortAllocator.NONE;
        if (port == ClientPortAllocator.NONE) {
            exhausted.increment();
            return null;
        }
        return new ClientPort(new AddressPort(client, port), endpoint, refusals);
    }

    private final class ClientPort implements UpstreamBinding {
        private final AddressPort source;
        private final AddressPort endpoint;
        private final int refusals;

        ClientPort(AddressPort source, AddressPort endpoint, int refusals) {
            this.source = source;
            this.endpoint = endpoint;
            this.refusals = refusals;
        }

        @Override
        public AddressPort source() {
            return source;
        }

        @Override
        public boolean transparent() {
            return true;
        }

        @Override
        public @Nullable UpstreamBinding refused() {
            UpstreamBinding next = take(source.address(), endpoint, refusals + 1);
            release();
            return next;
        }

        @Override
        public void release() {
            allocator.give(source.address(), endpoint, source.port());
        }
    }
}
