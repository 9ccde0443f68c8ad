package io.ballast.daemon.check;

import io.ballast.core.Proxier;
import io.ballast.core.ProxierSurroundings;
import io.ballast.core.health.ProxyHealth;
import io.ballast.core.model.HostAddresses;
import io.ballast.core.model.IpAddress;
import io.ballast.core.model.IpFamily;
import io.ballast.core.routing.Dataplane;
import io.ballast.core.routing.MasqueradeRules;
import io.ballast.core.routing.Router;
import io.ballast.core.routing.RoutingTable;
import io.ballast.core.routing.RoutingTableDiff;
import io.ballast.core.routing.Source;
import io.ballast.core.scheduling.AffinityTable;
import io.ballast.core.scheduling.SchedulerRegistry;
import io.ballast.core.scheduling.SchedulingLoadBalancerFactory;
import io.ballast.core.spi.SyncObserver;
import io.ballast.core.spi.Ticker;
import io.ballast.daemon.config.ProxyConfig;
import io.ballast.daemon.manifest.ManifestFiles;
import io.ballast.daemon.source.Selectors;
import java.time.InstantSource;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The daemon's core without its dataplane: files in, one table out. Confined to one thread. */
final class DryRun {
    private final ProxyConfig config;
    private final Findings findings;
    private final Router router;
    private final Proxier proxier;

    DryRun(ProxyConfig config, SchedulerRegistry schedulers, Findings findings) {
        this.config = config;
        this.findings = findings;
        Ticker ticker = Ticker.system();
        Set<IpFamily> families = EnumSet.allOf(IpFamily.class);
        router = new Router(address -> Source.OUTSIDE, new MasqueradeRules(config.masqueradeAll(), false));
        proxier = new Proxier(
                config.tracking(families, schedulers.names()::contains),
                new ProxierSurroundings(
                        new TableOnly(router),
                        router,
                        new SchedulingLoadBalancerFactory(schedulers, new AffinityTable(1, ticker), config.nodeName()),
                        new ProxyHealth(config.syncPeriod(), ticker, InstantSource.system()),
                        Map.of(),
                        findings,
                        SyncObserver.NONE,
                        ticker,
                        InstantSource.system()));
    }

    /**
     * @param hostAddresses where NodePorts answer as long as the manifests do not describe this Node
     */
    RoutingTable table(List<InputFile> files, HostAddresses hostAddresses) {
        Selectors selectors = new Selectors(config.nodeName(), config.ballast().serviceProxyName());
        ManifestFiles manifests = new ManifestFiles(selectors, proxier, findings);
        findings.locate(manifests::placeOf);
        files.forEach(file -> manifests.add(file.name(), file.content()));
        manifests.deliver();
        Set<IpAddress> ofNode = new HashSet<>(proxier.nodeIps().addresses());
        ofNode.removeIf(IpAddress::isLoopback);
        proxier.nodeAddressesChanged(ofNode.isEmpty() ? hostAddresses : HostAddresses.of(ofNode));
        proxier.servicesSynced();
        proxier.endpointSlicesSynced();
        proxier.nodeSynced();
        proxier.sync();
        return router.table();
    }

    private record TableOnly(Router router) implements Dataplane {
        @Override
        public void apply(RoutingTable table, RoutingTableDiff diff) {
            router.publish(table);
        }

        @Override
        public void retryFailed() {
            // Nothing was tried.
        }
    }
}
