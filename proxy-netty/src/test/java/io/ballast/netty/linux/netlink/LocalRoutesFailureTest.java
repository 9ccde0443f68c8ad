package io.ballast.netty.linux.netlink;

import static org.assertj.core.api.Assertions.assertThat;

import io.ballast.core.model.IpAddress;
import io.ballast.netty.linux.Errno;
import io.ballast.netty.testing.Privileges;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Routes that the kernel does not take: each says why, and the others are there. */
class LocalRoutesFailureTest extends LocalRoutesFixture {
    @Test
    void reportsAnExistingRouteInsteadOfReplacingIt() {
        routes.add(both(NODE_4, NODE_6));

        var failures = routes.add(both(OTHER_4, OTHER_6));

        assertThat(failures).hasSize(2);
        assertThat(failures.get(LocalRoute.to(SERVICE_4, OTHER_4)))
                .hasMessage("add route local 10.96.0.10 dev lo src 192.0.2.2: EEXIST (File exists)");
        assertThat(failures.values()).allSatisfy(e -> assertThat(e.errno()).isEqualTo(Errno.EEXIST));
        assertThat(routes.list()).containsExactlyInAnyOrderElementsOf(both(NODE_4, NODE_6));
    }

    @Test
    void mapsEachFailureToItsRouteAndPerformsTheRest() {
        List<LocalRoute> wanted = IntStream.range(0, 300)
                .mapToObj(i -> LocalRoute.to(serviceIp(i), i % 100 == 7 ? IpAddress.parse("203.0.113.9") : NODE_4))
                .toList();

        var failures = routes.add(wanted);

        assertThat(failures.keySet()).containsExactly(wanted.get(7), wanted.get(107), wanted.get(207));
        assertThat(failures.get(wanted.get(7)))
                .hasMessageStartingWith("add route local 10.128.0.7 dev lo src 203.0.113.9: EINVAL (Invalid argument)");
        assertThat(routes.list()).hasSize(297);
    }

    @Test
    void refusesASourceThatIsNotOfThisHostForIpv6Too() {
        LocalRoute route = LocalRoute.to(SERVICE_6, IpAddress.parse("2001:db8:dead::1"));

        assertThat(routes.add(List.of(route)).get(route))
                .hasMessage("add route local 2001:db8:96::10 dev lo src 2001:db8:dead::1: EINVAL (Invalid argument);"
                        + " Invalid source address");
    }

    @Test
    void namesTheCapabilityThatIsMissing() throws Exception {
        LocalRoute route = LocalRoute.to(SERVICE_4, null);

        var failures = Privileges.with(Set.of(), () -> netlink.localRoutes().add(List.of(route)));

        assertThat(failures.get(route))
                .hasMessage("add route local 10.96.0.10 dev lo: EPERM (Operation not permitted); needs CAP_NET_ADMIN");
        Set<LocalRoute> readable = Privileges.with(Set.of(), () -> routes.list());
        assertThat(readable).isEmpty();
    }
}
