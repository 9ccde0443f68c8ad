package io.ballast.core.tracking;

import static io.ballast.core.testing.SliceBuilder.slice;
import static org.assertj.core.api.Assertions.assertThat;

import io.ballast.core.model.Endpoint;
import io.ballast.core.model.EndpointSlice;
import io.ballast.core.model.IpFamily;
import io.ballast.core.model.NamespacedName;
import io.ballast.core.model.Protocol;
import io.ballast.core.testing.SliceBuilder;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Cases 43 to 53 of kube-proxy's unit tests (behaviour 10.3), and the merging rules of 2.2. */
class EndpointSliceCacheTest {
    private static final NamespacedName WEB = new NamespacedName("default", "web");

    private final EndpointSliceCache cache = Tracking.slices();

    @Test
    void case43ListsEachPortAndKnowsWhatIsLocal() {
        cache.upsert(slice("web-1", "web")
                .port("http", Protocol.TCP, 80)
                .port("https", Protocol.TCP, 443)
                .endpoint("10.0.1.1", "R @n1")
                .endpoint("10.0.1.2", "R @n2")
                .endpoint("10.0.1.3", "R @n1")
                .build());

        assertThat(endpoints("http")).containsExactly("10.0.1.1:80 L", "10.0.1.2:80", "10.0.1.3:80 L");
        assertThat(endpoints("https")).containsExactly("10.0.1.1:443 L", "10.0.1.2:443", "10.0.1.3:443 L");
        assertThat(endpoints("other")).isEmpty();
        assertThat(cache.endpoints(WEB, IpFamily.IPV4, "http", Protocol.UDP)).isEmpty();
    }

    @Test
    void case44UnitesSlicesOfOnePort() {
        cache.upsert(slice("web-1", "web")
                .port(80)
                .endpoints("10.0.1.1", "10.0.1.2", "10.0.1.3")
                .build());
        cache.upsert(slice("web-2", "web")
                .port(80)
                .endpoints("10.0.2.1", "10.0.2.2", "10.0.2.3")
                .build());

        assertThat(endpoints("")).hasSize(6);
    }

    @Test
    void case45ReplacesASliceOfTheSameNameAndSortsByText() {
        cache.upsert(tenEndpoints(3, 0));
        cache.upsert(tenEndpoints(6, 0));

        assertThat(endpoints(""))
                .startsWith("10.0.1.10:80", "10.0.1.1:80", "10.0.1.2:80")
                .hasSize(10)
                .contains("10.0.1.6:80 unready", "10.0.1.3:80");
    }

    @Test
    void case46TellsTerminatingEndpoints() {
        cache.upsert(tenEndpoints(3, 5));
        cache.upsert(tenEndpoints(6, 5));

        assertThat(endpoints(""))
                .filteredOn(text -> text.contains("unready"))
                .containsExactly("10.0.1.10:80 unready ST", "10.0.1.5:80 unready ST", "10.0.1.6:80 unready");
    }

    @Test
    void case47IgnoresPortsWithoutNameOrNumber() {
        cache.upsert(slice("web-1", "web")
                .port(null, Protocol.TCP, 80)
                .port("", Protocol.TCP, null)
                .port("", Protocol.TCP, 0)
                .port("", Protocol.TCP, 65_536)
                .endpoints("10.0.1.1")
                .build());
        cache.upsert(slice("web-2", "web").endpoints("10.0.1.1").build());

        assertThat(endpoints("")).isEmpty();
        assertThat(cache.localReadyCount(WEB, IpFamily.IPV4)).isZero();
    }

    @Test
    void case48KeepsOneAddressWithTwoPortsApart() {
        cache.upsert(
                slice("web-1", "web").port(80).endpoints("10.0.1.1", "10.0.1.2").build());
        cache.upsert(slice("web-2", "web")
                .port(8080)
                .endpoints("10.0.1.1", "10.0.1.2")
                .build());

        assertThat(endpoints("")).containsExactly("10.0.1.1:80", "10.0.1.1:8080", "10.0.1.2:80", "10.0.1.2:8080");
    }

    @Test
    void case49PrefersTheRecordThatIsNotTerminating() {
        cache.upsert(slice("web-1", "web")
                .port(80)
                .endpoint("10.0.1.1", "ST")
                .endpoint("10.0.1.1", "R")
                .endpoint("10.0.1.1", "T")
                .build());

        assertThat(endpoints("")).containsExactly("10.0.1.1:80");
    }

    @Test
    void lastRecordThatIsNotTerminatingWins() {
        cache.upsert(slice("web-2", "web").port(80).endpoint("10.0.1.1", "S").build());
        cache.upsert(slice("web-1", "web").port(80).endpoint("10.0.1.1", "R").build());

        assertThat(endpoints("")).containsExactly("10.0.1.1:80 unready");
    }

    @Test
    void case50TellsResendsFromChanges() {
        SliceBuilder first = slice("web-1", "web").port(80).endpoints("10.0.1.1", "10.0.1.2");
        SliceBuilder reordered = slice("web-1", "web").port(80).endpoints("10.0.1.2", "10.0.1.1");

        assertThat(cache.upsert(first.build())).containsExactly(IpFamily.IPV4);
        assertThat(cache.upsert(first.build())).isEmpty();
        assertThat(cache.pendingCount()).isEqualTo(1);
        assertThat(cache.upsert(reordered.build())).containsExactly(IpFamily.IPV4);
        assertThat(cache.upsert(reordered.weight(5).build())).containsExactly(IpFamily.IPV4);
        assertThat(cache.takeChanged()).containsExactly(WEB);
        assertThat(cache.takeChanged()).isEmpty();
        assertThat(cache.pendingCount()).isZero();
    }

    @Test
    void case51RemovesKnownSlicesOnly() {
        cache.upsert(slice("web-1", "web").port(80).endpoints("10.0.1.1").build());
        cache.takeChanged();

        assertThat(cache.delete(new NamespacedName("default", "web-2"))).isEmpty();
        assertThat(cache.takeChanged()).isEmpty();
        assertThat(cache.delete(new NamespacedName("default", "web-1"))).containsExactly(IpFamily.IPV4);
        assertThat(cache.takeChanged()).containsExactly(WEB);
        assertThat(endpoints("")).isEmpty();
    }

    @Test
    void case52IgnoresSlicesThatAreNotForIt() {
        assertThat(cache.upsert(slice("web-1", "web")
                        .addressType("FQDN")
                        .port(80)
                        .endpoints("a.example")
                        .build()))
                .isEmpty();
        assertThat(cache.upsert(
                        slice("web-2", "").port(80).endpoints("10.0.1.1").build()))
                .isEmpty();
        assertThat(cache.upsert(slice("web-3", "web")
                        .headless()
                        .port(80)
                        .endpoints("10.0.1.1")
                        .build()))
                .isEmpty();
        cache.upsert(slice("web-4", "web")
                .addressType("IPv6")
                .port(80)
                .endpoints("2001:db8::1")
                .build());

        assertThat(endpoints("")).isEmpty();
        assertThat(cache.endpoints(WEB, IpFamily.IPV6, "", Protocol.TCP))
                .extracting(Endpoint::address)
                .hasToString("[[2001:db8::1]:80]");
    }

    @Test
    void case53CountsDistinctLocalReadyAddresses() {
        cache.upsert(slice("web-1", "web")
                .port("http", Protocol.TCP, 80)
                .port("https", Protocol.TCP, 443)
                .endpoint("10.0.1.1", "R @n1")
                .endpoint("10.0.1.2", "R @n1")
                .endpoint("10.0.1.3", "R @n2")
                .endpoint("10.0.1.4", "ST @n1")
                .endpoint("10.0.1.5", "R")
                .build());

        assertThat(cache.localReadyCount(WEB, IpFamily.IPV4)).isEqualTo(2);
        assertThat(cache.localReadyCount(WEB, IpFamily.IPV6)).isZero();
    }

    @Test
    void skipsEndpointsWithoutAUsableAddress() {
        cache.upsert(slice("web-1", "web")
                .port(80)
                .endpoint("", "R")
                .endpoint("2001:db8::1", "R")
                .endpoint("10.0.1.300", "R")
                .endpoint("10.0.1.007", "R")
                .build());

        assertThat(endpoints("")).containsExactly("10.0.1.7:80");
    }

    @Test
    void followsASliceToAnotherServiceAndOutOfView() {
        cache.upsert(slice("web-1", "web").port(80).endpoints("10.0.1.1").build());
        cache.takeChanged();

        cache.upsert(slice("web-1", "api").port(80).endpoints("10.0.1.1").build());
        assertThat(endpoints("")).isEmpty();
        assertThat(cache.takeChanged()).containsExactly(WEB, new NamespacedName("default", "api"));

        cache.upsert(
                slice("web-1", "api").headless().port(80).endpoints("10.0.1.1").build());
        assertThat(cache.takeChanged()).containsExactly(new NamespacedName("default", "api"));
    }

    private static EndpointSlice tenEndpoints(int unreadyEvery, int terminatingEvery) {
        SliceBuilder builder = slice("web-1", "web").port(80);
        for (int i = 1; i <= 10; i++) {
            boolean terminating = terminatingEvery > 0 && i % terminatingEvery == 0;
            builder.endpoint("10.0.1." + i, terminating ? "ST" : i % unreadyEvery == 0 ? "X" : "R");
        }
        return builder.build();
    }

    private List<String> endpoints(String port) {
        return cache.endpoints(WEB, IpFamily.IPV4, port, Protocol.TCP).stream()
                .map(EndpointSliceCacheTest::text)
                .toList();
    }

    private static String text(Endpoint endpoint) {
        return endpoint.address()
                + (endpoint.local() ? " L" : "")
                + (endpoint.ready() ? "" : " unready")
                + (endpoint.isServingTerminating() ? " ST" : "");
    }
}
