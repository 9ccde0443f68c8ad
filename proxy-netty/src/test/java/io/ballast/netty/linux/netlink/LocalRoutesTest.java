package io.ballast.netty.linux.netlink;

import static org.assertj.core.api.Assertions.assertThat;

import io.ballast.core.model.IpAddress;
import io.ballast.core.model.IpFamily;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.slf4j.LoggerFactory;

class LocalRoutesTest extends LocalRoutesFixture {
    @Test
    void addsRoutesThatTheKernelShowsAsMeant() {
        assertThat(routes.add(both(NODE_4, NODE_6))).isEmpty();

        assertThat(shown("-4")).containsExactly("local 10.96.0.10 dev lo table local scope host src 192.0.2.1");
        assertThat(shown("-6"))
                .containsExactly("local 2001:db8:96::10 dev lo table local src 2001:db8::1 metric 1024 pref medium");
        assertThat(routes.list()).containsExactlyInAnyOrderElementsOf(both(NODE_4, NODE_6));
    }

    @Test
    void makesAddressesLocalWithTheNodeAsSource() {
        assertThat(routes.add(both(NODE_4, NODE_6))).isEmpty();

        assertThat(netlink.lookup(SERVICE_4)).hasValueSatisfying(route -> {
            assertThat(route.isLocal()).isTrue();
            assertThat(route.source()).isEqualTo(NODE_4);
        });
        assertThat(netlink.lookup(SERVICE_6)).hasValueSatisfying(route -> {
            assertThat(route.isLocal()).isTrue();
            assertThat(route.source()).isEqualTo(NODE_6);
        });
    }

    @Test
    void leavesTheRoutesOfOthersAlone() {
        namespace.ip(
                "route add local 10.96.0.11 dev lo table local proto static",
                "route add local 2001:db8:96::11 dev lo table local proto static");
        Set<LocalRoute> foreign = Set.of(
                LocalRoute.to(IpAddress.parse("10.96.0.11"), null),
                LocalRoute.to(IpAddress.parse("2001:db8:96::11"), null),
                LocalRoute.to(NODE_4, null),
                LocalRoute.to(NODE_6, null));

        assertThat(routes.delete(foreign)).isEmpty();
        assertThat(routes.ensure(LocalRoute.LOCAL_TABLE, Set.of()).failures()).isEmpty();

        assertThat(namespace.exec("ip", "route", "show", "table", "local")).contains("local 10.96.0.11", "192.0.2.1");
        assertThat(namespace.exec("ip", "-6", "route", "show", "table", "local"))
                .contains("local 2001:db8:96::11", "local 2001:db8::1");
    }

    @Test
    void givesAnInterfacesAddressBackUnharmed() {
        LocalRoute own4 = LocalRoute.to(NODE_4, null);
        LocalRoute own6 = LocalRoute.to(NODE_6, null);

        assertThat(routes.add(List.of(own4, own6)).keySet()).containsExactly(own4);
        assertThat(routes.list()).containsExactly(own6);
        assertThat(routes.delete(List.of(own4, own6))).isEmpty();

        assertThat(netlink.lookup(NODE_4))
                .hasValueSatisfying(route -> assertThat(route.isLocal()).isTrue());
        assertThat(netlink.lookup(NODE_6))
                .hasValueSatisfying(route -> assertThat(route.isLocal()).isTrue());
    }

    @Test
    void deletesOnceAndDoesNotMindTheSecondTime() {
        routes.add(both(NODE_4, NODE_6));

        assertThat(routes.delete(both(NODE_4, NODE_6))).isEmpty();
        assertThat(routes.delete(both(NODE_4, NODE_6))).isEmpty();

        assertThat(routes.list()).isEmpty();
    }

    @Test
    void ensuresExactlyWhatIsWantedTouchingOnlyDifferences() {
        Set<LocalRoute> first = new HashSet<>(both(NODE_4, NODE_6));
        first.add(LocalRoute.to(IpAddress.parse("10.96.0.20"), NODE_4));
        Set<LocalRoute> second = new HashSet<>(both(OTHER_4, OTHER_6));
        second.add(LocalRoute.to(IpAddress.parse("10.96.0.30"), null));

        assertThat(routes.ensure(255, first)).isEqualTo(new RouteChanges(3, 0, Map.of()));
        assertThat(routes.ensure(255, first)).isEqualTo(new RouteChanges(0, 0, Map.of()));
        assertThat(routes.ensure(255, second)).isEqualTo(new RouteChanges(3, 3, Map.of()));

        assertThat(routes.list()).isEqualTo(second);
    }

    @Test
    void givesTheSourceBackThatWentWithItsAddress() {
        Set<LocalRoute> wanted = Set.copyOf(both(NODE_4, NODE_6));
        Set<LocalRoute> moved = Set.copyOf(both(OTHER_4, OTHER_6));
        routes.ensure(255, wanted);

        namespace.exec("sysctl", "-qw", "net.ipv4.conf.eth0.promote_secondaries=1");
        namespace.ip("addr del 192.0.2.1/24 dev eth0", "addr del 2001:db8::1/64 dev eth0");
        assertThat(routes.list()).isEqualTo(Set.of(LocalRoute.to(SERVICE_4, NODE_4), LocalRoute.to(SERVICE_6, null)));
        assertThat(routes.ensure(255, moved).failures()).isEmpty();

        assertThat(routes.list()).isEqualTo(moved);
    }

    @ParameterizedTest
    @CsvSource({"IPV4,-4,192.0.2.1", "IPV6,-6,2001:db8::1"})
    void leadsATableOfItsOwnToThisHost(IpFamily family, String option, String source) {
        LocalRoute everything = LocalRoute.toEverything(family, 1077, IpAddress.parse(source));
        routes.add(both(NODE_4, NODE_6));

        assertThat(routes.add(List.of(everything))).isEmpty();

        assertThat(routes.list(1077)).containsExactly(everything);
        assertThat(namespace.exec("ip", option, "route", "show", "table", "1077"))
                .startsWith("local default dev lo proto 177 ")
                .contains("src " + source);
        assertThat(routes.ensure(1077, Set.of()).obsolete()).isEqualTo(1);
        assertThat(routes.list()).hasSize(2);
    }

    @Test
    void addsListsAndDeletesTwentyThousandRoutes() {
        Set<LocalRoute> wanted = Stream.concat(
                        IntStream.range(0, 10_000).mapToObj(i -> LocalRoute.to(serviceIp(i), NODE_4)),
                        IntStream.range(0, 10_000)
                                .mapToObj(i -> LocalRoute.to(IpAddress.of(0x20010db800960000L, 0x1000 + i), NODE_6)))
                .collect(Collectors.toSet());
        routes.list();

        Duration first =
                timed(() -> assertThat(routes.ensure(255, wanted).failures()).isEmpty());
        Duration again =
                timed(() -> assertThat(routes.ensure(255, wanted)).isEqualTo(new RouteChanges(0, 0, Map.of())));
        Duration all =
                timed(() -> assertThat(routes.ensure(255, Set.of()).obsolete()).isEqualTo(20_000));

        LoggerFactory.getLogger(getClass())
                .atInfo()
                .addKeyValue("added", first)
                .addKeyValue("unchanged", again)
                .addKeyValue("deleted", all)
                .log("20 000 routes");
        assertThat(routes.list()).isEmpty();
    }

    private static Duration timed(Runnable action) {
        long start = System.nanoTime();
        action.run();
        return Duration.ofNanos(System.nanoTime() - start);
    }

    private Collection<String> shown(String family) {
        return namespace
                .exec("ip", family, "route", "show", "table", "all", "proto", "177")
                .lines()
                .map(String::strip)
                .toList();
    }
}
