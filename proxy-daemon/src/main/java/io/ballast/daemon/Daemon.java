package io.ballast.daemon;

import io.ballast.core.ProxierSurroundings;
import io.ballast.core.detect.SourceDetector;
import io.ballast.core.health.ProxyHealth;
import io.ballast.core.model.IpFamily;
import io.ballast.core.routing.MasqueradeRules;
import io.ballast.core.routing.Router;
import io.ballast.core.scheduling.AffinityTable;
import io.ballast.core.scheduling.SchedulerRegistry;
import io.ballast.core.scheduling.SchedulingLoadBalancerFactory;
import io.ballast.core.spi.Ticker;
import io.ballast.daemon.config.LoadedConfig;
import io.ballast.daemon.config.ProxyConfig;
import io.ballast.daemon.connectionlog.JsonConnectionLog;
import io.ballast.daemon.health.Readiness;
import io.ballast.daemon.http.HttpLimits;
import io.ballast.daemon.http.HttpLoop;
import io.ballast.daemon.k8s.ClientConfigException;
import io.ballast.daemon.metrics.Metrics;
import io.ballast.daemon.source.Source;
import io.ballast.netty.handover.HandOverServer;
import io.ballast.netty.handover.Identity;
import io.ballast.netty.linux.DescriptorLimit;
import io.ballast.netty.node.NodeFamilies;
import io.ballast.netty.node.NodeNetwork;
import io.ballast.netty.tcp.ConnectionLog;
import io.ballast.netty.transport.IoTransport;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.netty.buffer.ByteBufAllocator;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One running proxy: the composition root. Built in the order of the data's way, closed in reverse. Thread-safe once
 * started.
 */
public final class Daemon implements Generation {
    private static final Logger log = LoggerFactory.getLogger(Daemon.class);

    /** The part of the grace period, one in so many, that is left to the connections that were accepted last. */
    private static final int LAST_PART = 10;

    private final ProxyConfig config;
    private final Router router;
    private final AffinityTable affinity;
    private final NodeNetwork network;
    private final NodeAddresses addresses;
    private final Datapath datapath;
    private final ControlPlane control;
    private final Metrics metrics;
    private final HealthServers health;
    private final Source source;
    private final HttpServers servers;
    private final HttpLoop probes;
    private final HttpLoop pages;
    private final Succession succession;
    private final IntConsumer exit;
    private final @Nullable JsonConnectionLog connectionLog;
    /** Set once there is somebody to tell. */
    private volatile Runnable onNetworkEvent = () -> {};
    /** Set before there can be a successor. */
    private Runnable onHandedOver = () -> {};

    /**
     * Puts a daemon together; nothing is served before {@link #start}.
     *
     * @param exit hears the exit code when the daemon cannot go on
     * @throws IOException when what was asked for cannot be had here; the message says what and why
     * @throws ClientConfigException when there is no way to the Kubernetes API
     */
    public Daemon(LoadedConfig loaded, SchedulerRegistry schedulers, IntConsumer exit)
            throws IOException, ClientConfigException {
        config = loaded.config();
        this.exit = exit;
        succession = new Succession(Identity.ofThisProcess(config.ballast().serviceProxyName()));
        int reserve = DescriptorLimit.ofThisProcess().reserve();
        probes = new HttpLoop("healthz", HttpLimits.probeConnections(reserve), succession.inherited());
        pages = new HttpLoop("admin", HttpLimits.adminConnections(reserve), succession.inherited());
        Set<IpFamily> families = NodeFamilies.supported();
        Ticker ticker = Ticker.system();
        affinity = new AffinityTable(config.ballast().maxAffinityEntries(), ticker);
        network = NodeNetwork.open(() -> onNetworkEvent.run());
        addresses = new NodeAddresses(network, config.nodePorts());
        SourceDetector detector = new SourceDetector(
                addresses::route, index -> network.interfaceNames().getOrDefault(index, ""));
        router = new Router(detector, new MasqueradeRules(config.masqueradeAll(), family -> detector.facts()
                .detector()
                .isConfigured(family)));
        Warnings warnings = new Warnings();
        String logFile = config.ballast().connectionLog();
        connectionLog = logFile == null ? null : JsonConnectionLog.open(logFile);
        datapath = new Datapath(
                config.ballast(),
                router,
                network,
                addresses::source,
                addresses::route,
                connectionLog == null ? ConnectionLog.NONE : connectionLog,
                warnings,
                succession);
        metrics = openMetrics(families);
        ProxyHealth proxyHealth = new ProxyHealth(config.syncPeriod().multipliedBy(2), ticker, InstantSource.system());
        health = openHealth(families, proxyHealth, warnings);
        control = new ControlPlane(
                config.tracking(families, schedulers.names()::contains),
                surroundings(schedulers, proxyHealth, warnings, ticker),
                new LocalClients(config.localDetection(), network, detector, datapath::classify),
                datapath,
                network,
                addresses::named);
        onNetworkEvent = control::networkEvent;
        source = Sources.open(config, control.sink(), warnings, metrics.restClient()::answered, exit);
        AdminServer admin = new AdminServer(
                pages,
                loaded,
                router,
                datapath,
                metrics,
                source,
                this::readiness,
                warnings.ofServer("FailedToStartMetricServer", exit));
        servers = new HttpServers(health, admin);
    }

    private HealthServers openHealth(Set<IpFamily> families, ProxyHealth proxyHealth, Warnings warnings) {
        return new HealthServers(
                probes,
                config,
                proxyHealth,
                families,
                this::readiness,
                addresses::ofHealthCheckPorts,
                metrics.kubeProxy(),
                warnings,
                warnings.ofServer("FailedToStartProxierHealthcheck", exit));
    }

    private ProxierSurroundings surroundings(
            SchedulerRegistry schedulers, ProxyHealth proxyHealth, Warnings warnings, Ticker ticker) {
        return new ProxierSurroundings(
                datapath.dataplane(),
                router,
                new SchedulingLoadBalancerFactory(schedulers, affinity, config.nodeName()),
                proxyHealth,
                health.serviceHealth(),
                warnings,
                metrics.kubeProxy(),
                ticker,
                InstantSource.system());
    }

    private Metrics openMetrics(Set<IpFamily> families) {
        Metrics opened = new Metrics(
                new PrometheusMeterRegistry(PrometheusConfig.DEFAULT),
                families,
                datapath.facts().ofTable(affinity),
                BuildVersion.labels(),
                config.ballast().endpointMetrics());
        opened.watch(ByteBufAllocator.DEFAULT);
        opened.watch(datapath.loops().all());
        return opened;
    }

    private Readiness readiness() {
        if (succession.state() == HandOverServer.State.ANNOUNCED) {
            // Asked of a port that both share, this is what is to be known of the successor.
            return Readiness.waitingFor("a successor that has started; it answers here once it serves");
        }
        return control.isSynced()
                ? Readiness.READY
                : Readiness.waitingFor("the first full lists of Services and EndpointSlices");
    }

    /**
     * Takes over from a process that serves this network namespace, if there is one, and hands over to the next. To be
     * called before {@link #start}.
     *
     * @param handedOver runs once another process has taken over; this daemon is to be drained then
     */
    @Override
    public void join(Runnable handedOver) {
        onHandedOver = handedOver;
        succession.join(datapath.loops().transport() == IoTransport.EPOLL, control::turnMayHaveCome);
    }

    /** Serves from now on, or as soon as an earlier process has handed over. */
    @Override
    public void start() {
        StartLog.write(config, datapath);
        HandingOver handingOver = new HandingOver(control, datapath, List.of(probes, pages), onHandedOver);
        control.start(new SyncTurns(control, datapath, succession, handingOver, servers, affinity, exit));
        source.start();
    }

    /** Stops accepting, lets connections finish up to the grace period, and lets go of everything. */
    @Override
    public void drain() {
        Duration grace = config.ballast().shutdownGracePeriod();
        long begun = System.nanoTime();
        log.atInfo().addKeyValue("gracePeriod", grace).log("Draining");
        // To refuse clients while a successor is on its way would help no connection: those that are open have
        // until the end of the grace period, whether or not others come.
        boolean besideAnother = succession.finish(grace.minus(grace.dividedBy(LAST_PART)));
        source.close();
        control.close();
        succession.close();
        // Who probes asks whether clients are served here, and the next process needs the ports.
        probes.stopListening();
        pages.stopListening();
        leaveRules(besideAnother);
        datapath.drain(grace.minusNanos(System.nanoTime() - begun)).join();
        close();
        succession.leave();
        if (config.ballast().cleanupOnExit() && !besideAnother) {
            Leftovers.remove();
        }
        log.atInfo().log("Ended");
    }

    /** Of the client's address: one that was to take over has loaded them, and is gone, or this one did, and is not needed. */
    private void leaveRules(boolean besideAnother) {
        if (!besideAnother) {
            datapath.clientAddresses().own();
        } else if (succession.state() != HandOverServer.State.HANDED_OVER) {
            datapath.clientAddresses().leave();
        }
    }

    @Override
    public void close() {
        source.close();
        control.close();
        succession.close();
        servers.close();
        datapath.close();
        network.close();
        metrics.close();
        if (connectionLog != null) {
            connectionLog.close();
        }
    }
}
