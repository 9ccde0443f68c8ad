package io.ballast.core.detect;

import static org.assertj.core.api.Assertions.assertThat;

import io.ballast.core.model.Cidr;
import io.ballast.core.model.IpAddress;
import io.ballast.core.model.IpFamily;
import io.ballast.core.routing.Source;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SourceDetectorTest {
    private static final IpAddress NODE = IpAddress.parse("192.0.2.10");
    private static final IpAddress POD_HERE = IpAddress.parse("10.244.1.5");
    private static final IpAddress POD_ELSEWHERE = IpAddress.parse("10.244.2.5");
    private static final IpAddress STRANGER = IpAddress.parse("198.51.100.7");
    private static final LocalDetector CLUSTER = new LocalDetector.ByCidr(List.of(Cidr.parse("10.244.0.0/16")));

    private final Map<IpAddress, RouteLookup.Hop> routes = Map.of(
            POD_HERE, new RouteLookup.Hop("cni0", true, false),
            POD_ELSEWHERE, new RouteLookup.Hop("eth0", false, true),
            STRANGER, new RouteLookup.Hop("eth0", true, true));
    private final SourceDetector detector =
            new SourceDetector(address -> routes.getOrDefault(address, RouteLookup.Hop.UNKNOWN), index -> "");

    @Test
    void tellsPodsOfThisNodeFromPodsOfTheCluster() {
        detector.update(new SourceDetector.Facts(CLUSTER, Set.of(NODE), List.of()));

        assertThat(detector.classify(POD_HERE)).isEqualTo(new Source(true, false, true));
        assertThat(detector.classify(POD_ELSEWHERE)).isEqualTo(new Source(true, false, false));
        assertThat(detector.classify(STRANGER)).isEqualTo(Source.OUTSIDE);
    }

    @Test
    void knowsItsOwnAddressesAndLoopback() {
        detector.update(new SourceDetector.Facts(CLUSTER, Set.of(NODE), List.of()));

        assertThat(detector.classify(NODE).thisNode()).isTrue();
        assertThat(detector.classify(IpAddress.parse("127.0.0.1")).thisNode()).isTrue();
        assertThat(detector.classify(IpAddress.parse("::1")).thisNode()).isTrue();
    }

    @Test
    void takesPodCidrsWhereTheNodeHasThem() {
        detector.update(
                new SourceDetector.Facts(LocalDetector.NONE, Set.of(NODE), List.of(Cidr.parse("198.51.100.0/24"))));

        assertThat(detector.classify(STRANGER)).isEqualTo(new Source(false, false, true));
    }

    @Test
    void matchesInterfacesByNameOrPrefix() {
        detector.update(
                new SourceDetector.Facts(new LocalDetector.ByInterface("cni0", false), Set.of(NODE), List.of()));
        assertThat(detector.classify(POD_HERE).detectedLocal()).isTrue();
        assertThat(detector.classify(STRANGER).detectedLocal()).isFalse();

        detector.update(new SourceDetector.Facts(new LocalDetector.ByInterface("eth", true), Set.of(NODE), List.of()));
        assertThat(detector.classify(POD_HERE).detectedLocal()).isFalse();
        assertThat(detector.classify(STRANGER).detectedLocal()).isTrue();
    }

    @Test
    void believesTheInterfaceThatAClientCameInThroughRatherThanTheWayBack() {
        SourceDetector asking = new SourceDetector(
                address -> routes.getOrDefault(address, RouteLookup.Hop.UNKNOWN), index -> index == 7 ? "eth0" : "");
        asking.update(new SourceDetector.Facts(new LocalDetector.ByInterface("cni0", false), Set.of(NODE), List.of()));

        assertThat(asking.asksForIngress()).isTrue();
        assertThat(asking.classify(POD_HERE, 7)).isEqualTo(new Source(false, false, true));
        assertThat(asking.classify(POD_HERE, 0).detectedLocal()).isTrue();
        assertThat(asking.classify(POD_HERE, 8).detectedLocal()).isTrue();

        asking.update(new SourceDetector.Facts(CLUSTER, Set.of(NODE), List.of()));
        assertThat(asking.asksForIngress()).isFalse();
    }

    @Test
    void isConfiguredOnlyForFamiliesThatHaveACidr() {
        assertThat(CLUSTER.isConfigured(IpFamily.IPV4)).isTrue();
        assertThat(CLUSTER.isConfigured(IpFamily.IPV6)).isFalse();
        assertThat(LocalDetector.NONE.isConfigured(IpFamily.IPV4)).isFalse();
    }
}
