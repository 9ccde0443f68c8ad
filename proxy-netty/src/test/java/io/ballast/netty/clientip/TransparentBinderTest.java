package io.ballast.netty.clientip;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatObject;

import io.ballast.core.model.AddressPort;
import io.ballast.core.model.Frontend;
import io.ballast.core.model.IpAddress;
import io.ballast.core.model.Protocol;
import io.ballast.core.routing.Decision;
import io.ballast.core.scheduling.EndpointScope;
import io.ballast.core.scheduling.Pick;
import io.ballast.netty.testing.Routes;
import io.ballast.netty.testing.TurnTaking;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class TransparentBinderTest {
    private static final AddressPort CLIENT = new AddressPort(IpAddress.parse("10.244.1.10"), 40_000);
    private static final AddressPort ENDPOINT = new AddressPort(IpAddress.parse("10.244.1.11"), 8080);

    private final LongAdder exhausted = new LongAdder();

    @Test
    void takesTheClientsAddressAndAReservedPort() {
        UpstreamBinding binding = bind(binder(ReservedPorts.DEFAULT), true);

        assertThatObject(binding).isNotNull();
        assertThat(binding.transparent()).isTrue();
        assertThat(binding.source().address()).isEqualTo(CLIENT.address());
        assertThat(binding.source().port()).isBetween(61_000, 65_535);
    }

    @Test
    void leavesMasqueradedConnectionsToTheKernel() {
        assertThatObject(bind(binder(ReservedPorts.DEFAULT), false)).isNull();
        assertThat(exhausted.sum()).isZero();
    }

    @Test
    void usesTheNodesAddressWhereRepliesWouldNotComeBack() {
        ClientPortAllocator allocator = new ClientPortAllocator(ReservedPorts.DEFAULT);
        TransparentBinder binder =
                new TransparentBinder(allocator, (client, endpoint) -> !endpoint.equals(ENDPOINT.address()), exhausted);

        assertThatObject(bind(binder, true)).isNull();
        assertThat(allocator.pairs()).isZero();
    }

    @Test
    void usesTheNodesAddressAndCountsWhenAllPortsAreTaken() {
        TransparentBinder binder = binder(new ReservedPorts(61_000, 61_001));
        UpstreamBinding first = bind(binder, true);
        bind(binder, true);

        assertThatObject(bind(binder, true)).isNull();
        assertThat(exhausted.sum()).isOne();

        assertThatObject(first).isNotNull();
        first.release();
        assertThatObject(bind(binder, true)).isNotNull();
    }

    @Test
    void passesOnToTheNextPortWhenTheKernelRefusesOne() {
        TransparentBinder binder = binder(new ReservedPorts(61_000, 61_001));
        UpstreamBinding first = bind(binder, true);
        assertThatObject(first).isNotNull();

        UpstreamBinding second = first.refused();

        assertThatObject(second).isNotNull();
        assertThat(second.source().port()).isNotEqualTo(first.source().port());
        assertThatObject(bind(binder, true))
                .as("the refused port is free again")
                .isNotNull();
    }

    @Test
    void givesUpWhenTheKernelRefusesTooMany() {
        ClientPortAllocator allocator = new ClientPortAllocator(ReservedPorts.DEFAULT);
        TransparentBinder binder = new TransparentBinder(allocator, (client, endpoint) -> true, exhausted);
        UpstreamBinding binding = bind(binder, true);
        int refusals = 0;
        while (binding != null) {
            binding = binding.refused();
            refusals++;
        }

        assertThat(refusals).isEqualTo(TransparentBinder.MOST_REFUSALS);
        assertThat(exhausted.sum()).isOne();
        assertThat(allocator.pairs()).isZero();
    }

    private TransparentBinder binder(ReservedPorts ports) {
        return new TransparentBinder(new ClientPortAllocator(ports), (client, endpoint) -> true, exhausted);
    }

    private static @Nullable UpstreamBinding bind(TransparentBinder binder, boolean keepClientAddress) {
        Frontend frontend = new Frontend(Protocol.TCP, IpAddress.parse("10.96.0.10"), 80);
        TurnTaking balancer = new TurnTaking(List.of(ENDPOINT));
        Pick pick = balancer.acquire(EndpointScope.CLUSTER, CLIENT, frontend, Set.of());
        return binder.bind(
                CLIENT,
                new Decision.Forward(
                        ((Pick.Picked) pick).lease(),
                        Routes.leading(frontend, balancer, List.of(ENDPOINT), Duration.ofMinutes(1))
                                .route(),
                        keepClientAddress,
                        0));
    }
}
