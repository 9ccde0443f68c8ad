package io.ballast.netty.linux.netlink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.tuple;

import io.ballast.core.model.IpAddress;
import io.ballast.core.testing.RequiresCommand;
import io.ballast.core.testing.RequiresRoot;
import io.ballast.netty.testing.NetworkNamespace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@RequiresRoot
@RequiresCommand({"ip", "nsenter", "sysctl"})
class RouteNetlinkTest {
    private static final int IFA_F_DEPRECATED = 0x20;

    private final NetworkNamespace namespace = NetworkNamespace.create();
    private RouteNetlink netlink;

    @BeforeEach
    void open() throws Exception {
        namespace.ip(
                "link add br0 address 02:00:00:00:00:01 type bridge",
                "link add port0 address 02:00:00:00:00:02 type veth peer name peer0",
                "link set port0 master br0",
                "link set br0 up",
                "link set port0 up",
                "link set peer0 up",
                "addr add 192.0.2.1/24 dev br0",
                "addr add 2001:db8::1/64 dev br0 nodad",
                "addr add 2001:db8::2/64 dev br0 nodad preferred_lft 0",
                "addr add 198.51.100.1 peer 198.51.100.2/32 dev peer0",
                "route add 203.0.113.0/24 via 192.0.2.254",
                "route add 2001:db8:f::/48 via 2001:db8::fe",
                "route add 10.0.0.0/8 nexthop via 192.0.2.7 nexthop via 192.0.2.8",
                "route add blackhole 10.99.0.0/16",
                "route add unreachable 2001:db8:dead::/48",
                "route add unreachable ::ffff:0:0/96",
                "route add 10.55.0.0/16 via inet6 2001:db8::fe dev br0");
        namespace.awaitAddresses();
        netlink = namespace.run(RouteNetlink::open);
    }

    @AfterEach
    void close() {
        netlink.close();
        namespace.close();
    }

    @Test
    void listsLinksWithKindMacAndMaster() {
        Map<String, Link> links = netlink.links().stream().collect(Collectors.toMap(Link::name, Function.identity()));

        assertThat(links.keySet()).containsExactlyInAnyOrder("lo", "br0", "port0", "peer0");
        Link bridge = links.get("br0");
        assertThat(bridge).isNotNull();
        assertThat(bridge.isBridge()).isTrue();
        assertThat(bridge.mac()).isEqualTo("02:00:00:00:00:01");
        assertThat(bridge.master()).isZero();
        assertThat(bridge.mtu()).isEqualTo(1500);
        assertThat(links.get("port0"))
                .extracting(Link::kind, Link::mac, Link::master)
                .containsExactly("veth", "02:00:00:00:00:02", bridge.index());
        assertThat(links.get("lo"))
                .matches(Link::isLoopback)
                .extracting(Link::index, Link::kind)
                .containsExactly(1, "");
    }

    @Test
    void listsAddressesOfBothFamiliesWithTheirInterface() {
        int bridge = index("br0");

        assertThat(netlink.addresses())
                .filteredOn(address -> !address.address().isLinkLocal())
                .extracting(
                        InterfaceAddress::interfaceIndex,
                        address -> address.address() + "/" + address.prefixLength(),
                        address -> (address.flags() & IFA_F_DEPRECATED) != 0)
                .containsExactlyInAnyOrder(
                        tuple(1, "127.0.0.1/8", false),
                        tuple(1, "::1/128", false),
                        tuple(bridge, "192.0.2.1/24", false),
                        tuple(bridge, "2001:db8::1/64", false),
                        tuple(bridge, "2001:db8::2/64", true),
                        tuple(index("peer0"), "198.51.100.1/32", false));
        assertThat(netlink.addresses()).allMatch(InterfaceAddress::isUsable);
    }

    @Test
    void findsTheWayToNeighboursAndBeyondGateways() {
        assertThat(lookup("192.0.2.77")).satisfies(route -> {
            assertThat(route.isOnLink()).isTrue();
            assertThat(route.interfaceIndex()).isEqualTo(index("br0"));
            assertThat(route.source()).isEqualTo(IpAddress.parse("192.0.2.1"));
            assertThat(route.table()).isEqualTo(254);
        });
        assertThat(lookup("203.0.113.5").gateway()).isEqualTo(IpAddress.parse("192.0.2.254"));
        assertThat(lookup("2001:db8:f::5")).satisfies(route -> {
            assertThat(route.isOnLink()).isFalse();
            assertThat(route.gateway()).isEqualTo(IpAddress.parse("2001:db8::fe"));
            assertThat(route.source()).isEqualTo(IpAddress.parse("2001:db8::1"));
        });
        assertThat(lookup("10.1.2.3").gateway()).isIn(IpAddress.parse("192.0.2.7"), IpAddress.parse("192.0.2.8"));
        assertThat(lookup("10.55.1.1").gateway()).isEqualTo(IpAddress.parse("2001:db8::fe"));
    }

    @Test
    void tellsItsOwnAddressesFromOthers() {
        assertThat(lookup("192.0.2.1").isLocal()).isTrue();
        assertThat(lookup("2001:db8::1").isLocal()).isTrue();
        assertThat(lookup("127.0.0.53").isLocal()).isTrue();
    }

    @Test
    void findsNoWayWhereThereIsNone() {
        assertThat(netlink.lookup(IpAddress.parse("198.18.0.1"))).isEmpty();
        assertThat(netlink.lookup(IpAddress.parse("10.99.0.1"))).isEmpty();
        assertThat(netlink.lookup(IpAddress.parse("2001:db8:dead::1"))).isEmpty();
        assertThat(netlink.lookup(IpAddress.parse("2001:dead::1"))).isEmpty();
    }

    @Test
    void listsConsistentlyWhileTheTableChanges() throws Exception {
        Thread changes = new Thread(() -> {
            for (int i = 0; i < 20; i++) {
                namespace.ip("link add d" + i + " type bridge", "link del d" + i);
            }
        });
        changes.start();

        do {
            assertThatCode(() -> netlink.links()).doesNotThrowAnyException();
            assertThat(netlink.links()).extracting(Link::name).contains("lo", "br0", "port0", "peer0");
        } while (changes.isAlive());

        changes.join();
    }

    @Test
    void readsObjectsLargerThanItsBuffer() throws Exception {
        CompletableFuture<Link> changed = new CompletableFuture<>();
        namespace.ip(IntStream.range(0, 350)
                .mapToObj(i -> "link property add dev br0 altname " + "x".repeat(120) + i)
                .toArray(String[]::new));

        assertThat(netlink.links()).extracting(Link::name).contains("lo", "br0", "port0", "peer0");
        assertThat(netlink.links()).extracting(Link::name).contains("lo", "br0", "port0", "peer0");
        try (NetworkMonitor monitor =
                namespace.run(() -> NetworkMonitor.start(Set.of(NetworkMonitor.Topic.LINKS), event -> {
                    if (event instanceof NetworkEvent.LinkChanged change
                            && change.link().mtu() == 1400) {
                        changed.complete(change.link());
                    }
                }))) {
            assertThat(monitor).isNotNull();
            namespace.ip("link set br0 mtu 1400");
            assertThat(changed).succeedsWithin(Duration.ofSeconds(20)).matches(Link::isBridge);
        }
    }

    @Test
    void leavesNoDescriptorBehind() throws Exception {
        long before = descriptors();

        for (int i = 0; i < 100; i++) {
            namespace.run(() -> {
                try (RouteNetlink other = RouteNetlink.open();
                        NetworkMonitor monitor = NetworkMonitor.start(Set.of(), event -> {})) {
                    assertThat(other.links()).isNotEmpty();
                    assertThat(monitor).isNotNull();
                }
                return null;
            });
        }

        assertThat(descriptors()).isLessThan(before + 50);
    }

    private static long descriptors() throws IOException {
        try (Stream<Path> files = Files.list(Path.of("/proc/self/fd"))) {
            return files.count();
        }
    }

    private Route lookup(String address) {
        return netlink.lookup(IpAddress.parse(address)).orElseThrow();
    }

    private int index(String name) {
        return netlink.links().stream()
                .filter(link -> link.name().equals(name))
                .mapToInt(Link::index)
                .findFirst()
                .orElseThrow();
    }
}
