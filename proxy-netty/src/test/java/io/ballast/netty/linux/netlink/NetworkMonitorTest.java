package io.ballast.netty.linux.netlink;

import static org.assertj.core.api.Assertions.assertThat;

import io.ballast.core.model.IpAddress;
import io.ballast.core.testing.RequiresCommand;
import io.ballast.core.testing.RequiresRoot;
import io.ballast.netty.testing.NetworkNamespace;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@RequiresRoot
@RequiresCommand({"ip", "nsenter", "sysctl"})
class NetworkMonitorTest {
    private final NetworkNamespace namespace = NetworkNamespace.create();
    private final BlockingQueue<NetworkEvent> events = new LinkedBlockingQueue<>();

    @BeforeEach
    void addInterface() {
        namespace.ip("link add eth0 type veth peer name peer0", "link set eth0 up", "link set peer0 up");
    }

    @AfterEach
    void close() {
        namespace.close();
    }

    @Test
    void followsAddressesOfBothFamilies() throws Exception {
        try (NetworkMonitor monitor = start(Set.of(NetworkMonitor.Topic.ADDRESSES), events::add)) {
            assertThat(monitor).isNotNull();
            for (String address : new String[] {"192.0.2.1/24", "2001:db8::1/64"}) {
                IpAddress expected = IpAddress.parse(address.substring(0, address.indexOf('/')));

                namespace.ip("addr add " + address + " dev eth0");
                awaitEvent(event -> event instanceof NetworkEvent.AddressChanged changed
                        && changed.address().address().equals(expected));
                namespace.ip("addr del " + address + " dev eth0");
                awaitEvent(event -> event instanceof NetworkEvent.AddressRemoved removed
                        && removed.address().address().equals(expected));
            }
        }
    }

    @Test
    void followsABridgeItsPortsAndItsMac() throws Exception {
        try (NetworkMonitor monitor = start(Set.of(NetworkMonitor.Topic.LINKS), events::add)) {
            assertThat(monitor).isNotNull();
            namespace.ip("link add br0 type bridge", "link set br0 address 02:00:00:00:00:07");
            Link bridge =
                    awaitLink(link -> link.name().equals("br0") && link.mac().equals("02:00:00:00:00:07"));
            assertThat(bridge.isBridge()).isTrue();

            namespace.ip("link set eth0 master br0");
            awaitLink(link -> link.name().equals("eth0") && link.master() == bridge.index());

            namespace.ip("link del br0");
            awaitEvent(event -> event instanceof NetworkEvent.LinkRemoved removed
                    && removed.link().index() == bridge.index());
        }
    }

    @Test
    void followsRoutes() throws Exception {
        try (NetworkMonitor monitor = start(Set.of(NetworkMonitor.Topic.ROUTES), events::add);
                RouteNetlink netlink = namespace.run(RouteNetlink::open)) {
            assertThat(monitor).isNotNull();
            LocalRoute route = LocalRoute.to(IpAddress.parse("10.96.0.10"), null);

            netlink.localRoutes().add(Set.of(route));
            awaitEvent(event -> event instanceof NetworkEvent.RouteChanged changed
                    && changed.route().destination().equals(route.destination())
                    && changed.route().protocol() == RouteNetlink.PROTOCOL);
            netlink.localRoutes().delete(Set.of(route));
            awaitEvent(event -> event instanceof NetworkEvent.RouteRemoved removed
                    && removed.route().destination().equals(route.destination()));
        }
    }

    @Test
    void saysWhenEventsWereLostAndGoesOn() throws Exception {
        CountDownLatch busy = new CountDownLatch(1);
        CountDownLatch resume = new CountDownLatch(1);
        Consumer<NetworkEvent> slow = event -> {
            busy.countDown();
            await(resume);
            events.add(event);
        };
        Set<LocalRoute> many = IntStream.range(0, 30_000)
                .mapToObj(i -> LocalRoute.to(IpAddress.ofIpv4((10 << 24) + i), null))
                .collect(Collectors.toSet());
        try (NetworkMonitor monitor = start(EnumSet.allOf(NetworkMonitor.Topic.class), slow);
                RouteNetlink netlink = namespace.run(RouteNetlink::open)) {
            assertThat(monitor).isNotNull();
            namespace.ip("link add first type bridge");
            await(busy);
            assertThat(netlink.localRoutes().add(many)).isEmpty();
            resume.countDown();

            awaitEvent(NetworkEvent.EventsLost.class::isInstance);
            namespace.ip("addr add 192.0.2.9/24 dev eth0");
            awaitEvent(NetworkEvent.AddressChanged.class::isInstance);
        }
    }

    @Test
    void survivesAListenerThatFails() throws Exception {
        Consumer<NetworkEvent> failing = event -> {
            events.add(event);
            throw new IllegalStateException("listener's fault");
        };
        try (NetworkMonitor monitor = start(Set.of(NetworkMonitor.Topic.LINKS), failing)) {
            assertThat(monitor).isNotNull();
            namespace.ip("link add first type bridge");
            awaitLink(link -> link.name().equals("first"));
            namespace.ip("link add second type bridge");
            awaitLink(link -> link.name().equals("second"));
        }
    }

    @Test
    void canBeClosedByItsListenerAndTwice() throws Exception {
        CompletableFuture<NetworkMonitor> monitor = new CompletableFuture<>();
        monitor.complete(start(Set.of(NetworkMonitor.Topic.LINKS), event -> {
            monitor.join().close();
            events.add(event);
        }));

        namespace.ip("link add first type bridge");
        awaitEvent(NetworkEvent.LinkChanged.class::isInstance);

        monitor.join().close();
        monitor.join().close();
    }

    private NetworkMonitor start(Set<NetworkMonitor.Topic> topics, Consumer<NetworkEvent> listener) throws Exception {
        return namespace.run(() -> NetworkMonitor.start(topics, listener));
    }

    private Link awaitLink(Predicate<Link> condition) throws InterruptedException {
        NetworkEvent event = awaitEvent(
                candidate -> candidate instanceof NetworkEvent.LinkChanged changed && condition.test(changed.link()));
        return ((NetworkEvent.LinkChanged) event).link();
    }

    private NetworkEvent awaitEvent(Predicate<NetworkEvent> condition) throws InterruptedException {
        while (true) {
            NetworkEvent event = events.poll(20, TimeUnit.SECONDS);
            assertThat(event).as("event in time").isNotNull();
            if (condition.test(event)) {
                return event;
            }
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
