package io.ballast.daemon.admin;

import io.ballast.core.model.AddressPort;
import io.ballast.core.model.CloseReason;
import io.ballast.core.model.IpAddress;
import io.ballast.core.model.SessionAffinity;
import io.ballast.core.model.TrafficPolicy;
import io.ballast.core.routing.RoutingTable;
import io.ballast.core.stats.Direction;
import io.ballast.core.stats.ServicePortStats;
import io.ballast.daemon.testing.FakeBalancer;
import io.ballast.daemon.testing.FakePort;
import java.time.Duration;

/** A table with one Service of both families that has all an answer can show. */
final class WebTable {
    private WebTable() {}

    static RoutingTable create() {
        ServicePortStats stats = new ServicePortStats();
        stats.connectionOpened();
        stats.connectionOpened();
        stats.connectionClosed(CloseReason.FINISHED);
        stats.bytes(Direction.TO_CLIENT, 70);
        stats.bytes(Direction.TO_ENDPOINT, 30);
        FakeBalancer balancer = new FakeBalancer().load(endpoint("192.0.2.11"), 1, 2, 5);
        RoutingTable table = FakePort.of("shop/web", "http", "tcp", 80)
                .clusterIp("10.96.0.7")
                .nodePort("192.0.2.1", 30080)
                .externalPolicy(TrafficPolicy.LOCAL)
                .affinity(new SessionAffinity.ClientIp(Duration.ofHours(1)))
                .scheduler("lc")
                .stats(stats)
                .balancer(balancer)
                .ready("192.0.2.11", 8080, true)
                .terminating("192.0.2.12", 8080, false)
                .addTo(RoutingTable.EMPTY);
        return FakePort.of("shop/web", "http", "tcp", 80)
                .clusterIp("2001:db8::7")
                .stats(stats)
                .ready("2001:db8::11", 8080, false)
                .addTo(table);
    }

    static AddressPort endpoint(String address) {
        return new AddressPort(IpAddress.parse(address), 8080);
    }
}
