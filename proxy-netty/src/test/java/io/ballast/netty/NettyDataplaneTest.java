package io.ballast.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.ballast.core.model.Frontend;
import io.ballast.core.model.FrontendKind;
import io.ballast.core.model.IpAddress;
import io.ballast.core.model.ServicePortName;
import io.ballast.core.routing.FrontendRoute;
import io.ballast.core.routing.MasqueradeRules;
import io.ballast.core.routing.Router;
import io.ballast.core.routing.RoutingTable;
import io.ballast.core.routing.RoutingTableDiff;
import io.ballast.core.routing.RoutingTableDiff.FrontendChange;
import io.ballast.core.routing.Source;
import io.ballast.core.spi.FrontendListener;
import io.ballast.netty.intercept.TrafficInterceptor;
import io.ballast.netty.testing.Routes;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class NettyDataplaneTest {
    private static final FrontendRoute WEB = Routes.serving("tcp", "10.96.0.10", 80, FrontendKind.CLUSTER_IP);
    private static final FrontendRoute EMPTY =
            Routes.withoutEndpoints("tcp", "10.96.0.11", 80, FrontendKind.CLUSTER_IP);

    private final List<String> log = new ArrayList<>();
    private final Map<Frontend, String> failing = new LinkedHashMap<>();
    private final Router router = new Router(client -> Source.OUTSIDE, new MasqueradeRules(false, false));
    private final NettyDataplane dataplane =
            new NettyDataplane(router, new RecordingOpening(), routes -> log.add("routes"), new RecordingListener());

    @Test
    void withdrawsBeforeAndServesAfterTheTableIsPublished() {
        dataplane.apply(
                RoutingTable.EMPTY.with(WEB), diff(new FrontendChange(null, WEB), new FrontendChange(EMPTY, null)));

        assertThat(log)
                .containsExactly(
                        "claim []",
                        "withdraw [10.96.0.11:80/tcp] while published=false",
                        "refuse []",
                        "serve [10.96.0.10:80/tcp] while published=true",
                        "release []",
                        "routes",
                        "served",
                        "settle");
    }

    @Test
    void refusesAFrontendThatLostItsEndpoints() {
        dataplane.apply(RoutingTable.EMPTY.with(EMPTY), diff(new FrontendChange(null, EMPTY)));

        assertThat(log).contains("refuse [10.96.0.11:80/tcp]", "serve [] while published=false");
    }

    @Test
    void reportsAFailureOnceAndItsRecovery() {
        failing.put(WEB.frontend(), "taken");
        dataplane.apply(RoutingTable.EMPTY.with(WEB), diff(new FrontendChange(null, WEB)));
        dataplane.retryFailed();
        assertThat(dataplane.failures()).containsEntry(WEB.frontend(), "taken");

        failing.clear();
        dataplane.retryFailed();

        assertThat(log.stream().filter(line -> line.startsWith("failed"))).hasSize(1);
        assertThat(log).contains("recovered 10.96.0.10:80/tcp");
        assertThat(dataplane.failures()).isEmpty();
    }

    @Test
    void forgetsTheFailureOfAWithdrawnFrontend() {
        failing.put(WEB.frontend(), "taken");
        dataplane.apply(RoutingTable.EMPTY.with(WEB), diff(new FrontendChange(null, WEB)));

        dataplane.apply(RoutingTable.EMPTY, diff(new FrontendChange(WEB, null)));

        assertThat(dataplane.failures()).isEmpty();
    }

    private static RoutingTableDiff diff(FrontendChange... changes) {
        return new RoutingTableDiff(List.of(changes), List.of(), List.of(), List.of());
    }

    private final class RecordingListener implements FrontendListener {
        @Override
        public void frontendFailed(Frontend frontend, ServicePortName owner, String reason) {
            log.add("failed " + frontend + " " + reason);
        }

        @Override
        public void frontendRecovered(Frontend frontend, ServicePortName owner) {
            log.add("recovered " + frontend);
        }
    }

    private final class RecordingOpening implements NettyDataplane.Opening {
        @Override
        public TrafficInterceptor open() {
            return new RecordingInterceptor();
        }

        @Override
        public void served() {
            log.add("served");
        }
    }

    private final class RecordingInterceptor implements TrafficInterceptor {
        @Override
        public String mode() {
            return "recording";
        }

        @Override
        public void claim(Collection<IpAddress> clusterIps) {
            log.add("claim " + clusterIps);
        }

        @Override
        public void release(Collection<IpAddress> clusterIps) {
            log.add("release " + clusterIps);
        }

        @Override
        public Map<Frontend, String> serve(Collection<FrontendRoute> frontends) {
            log.add("serve " + names(frontends) + " while published=" + published());
            return Map.copyOf(failing);
        }

        @Override
        public Map<Frontend, String> refuse(Collection<FrontendRoute> frontends) {
            log.add("refuse " + names(frontends));
            return Map.copyOf(failing);
        }

        @Override
        public void withdraw(Collection<FrontendRoute> frontends) {
            log.add("withdraw " + names(frontends) + (frontends.isEmpty() ? "" : " while published=" + published()));
        }

        @Override
        public void networkChanged() {
            log.add("networkChanged");
        }

        @Override
        public Collection<IpAddress> restore() {
            throw new AssertionError("nothing is taken here");
        }

        @Override
        public void settle() {
            log.add("settle");
        }

        @Override
        public Map<Frontend, String> sweep() {
            log.add("sweep");
            return Map.of();
        }

        @Override
        public void close() {
            log.add("close");
        }

        private boolean published() {
            return router.table().find(WEB.frontend()) != null;
        }

        private List<Frontend> names(Collection<FrontendRoute> routes) {
            return routes.stream().map(FrontendRoute::frontend).toList();
        }
    }
}
