package io.ballast.netty.clientip;

import io.ballast.core.Proxier;
import io.ballast.core.ProxierSurroundings;
import io.ballast.core.detect.LocalDetector;
import io.ballast.core.detect.SourceDetector;
import io.ballast.core.health.ProxyHealth;
import io.ballast.core.model.Cidr;
import io.ballast.core.model.EndpointSlice;
import io.ballast.core.model.Frontend;
import io.ballast.core.model.HostAddresses;
import io.ballast.core.model.IpAddress;
import io.ballast.core.model.IpFamily;
import io.ballast.core.model.Protocol;
import io.ballast.core.model.Service;
import io.ballast.core.model.ServiceOptions;
import io.ballast.core.model.ServicePortName;
import io.ballast.core.routing.MasqueradeRules;
import io.ballast.core.routing.Router;
import io.ballast.core.scheduling.AffinityTable;
import io.ballast.core.scheduling.SchedulerRegistry;
import io.ballast.core.scheduling.SchedulingLoadBalancerFactory;
import io.ballast.core.spi.FrontendListener;
import io.ballast.core.spi.SyncObserver;
import io.ballast.core.spi.Ticker;
import io.ballast.core.stats.ServicePortStats;
import io.ballast.core.testing.RecordingWarnings;
import io.ballast.core.testing.ServiceBuilder;
import io.ballast.core.testing.SliceBuilder;
import io.ballast.core.tracking.NodePortRules;
import io.ballast.core.tracking.TrackingSettings;
import io.ballast.netty.Interception;
import io.ballast.netty.KernelNumbers;
import io.ballast.netty.NettyDataplane;
import io.ballast.netty.TcpDatapath;
import io.ballast.netty.TcpFrontendSockets;
import io.ballast.netty.handover.Inheritance;
import io.ballast.netty.handover.InheritedSockets;
import io.ballast.netty.intercept.InsideSources;
import io.ballast.netty.listener.ListenerOptions;
import io.ballast.netty.node.NodeNetwork;
import io.ballast.netty.tcp.ConnectionLog;
import io.ballast.netty.tcp.TcpSettings;
import io.ballast.netty.testing.Machine;
import io.ballast.netty.testing.Resources;
import io.ballast.netty.transport.EventLoops;
import io.ballast.netty.transport.IoTransport;
import io.ballast.netty.udp.UdpDatapath;
import io.ballast.netty.udp.UdpSettings;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A whole data path on a node of a topology, in this process. Confined to the test's thread. */
final class ProxyNode implements AutoCloseable {
    private final Machine machine;
    private final Resources resources = new Resources();
    private final ClientAddresses addresses;
    private final Proxier proxier;
    private final Router router;
    private volatile @Nullable NodeNetwork network;

    /**
     * What differs between tests.
     *
     * @param ports the range of {@code --client-ip-ports}
     */
    record Setup(IoTransport transport, Interception.Mode mode, ReservedPorts ports) {
        static final Setup DEFAULT = new Setup(IoTransport.EPOLL, Interception.Mode.AUTO, ReservedPorts.DEFAULT);
    }

    private ProxyNode(Machine machine, Setup setup) throws Exception {
        this.machine = machine;
        Map<IpFamily, IpAddress> own =
                Map.of(IpFamily.IPV4, IpAddress.parse(machine.ipv4()), IpFamily.IPV6, IpAddress.parse(machine.ipv6()));
        NodeNetwork followed = resources.keep(NodeNetwork.open(this::networkChanged));
        network = followed;
        SourceDetector detector = new SourceDetector(followed.routeLookup(List.copyOf(own.values())), index -> "");
        LocalDetector pods =
                new LocalDetector.ByCidr(List.of(Cidr.parse("10.244.0.0/15"), Cidr.parse("2001:db8:244::/47")));
        detector.update(new SourceDetector.Facts(pods, followed.addresses(), List.of()));
        router = new Router(detector, new MasqueradeRules(false, true));
        EventLoops loops = resources.keep(
                EventLoops.start(setup.transport(), 2, machine.namespace().threadFactory()));
        addresses = resources.keep(ClientAddresses.open(new ClientAddresses.Settings(
                true,
                "",
                KernelNumbers.DEFAULT,
                setup.ports(),
                own::get,
                followed.routeLookup(List.copyOf(own.values())))));
        TcpDatapath tcp =
                new TcpDatapath(loops, router, TcpSettings.DEFAULTS, addresses.newBinder(), ConnectionLog.NONE);
        UdpDatapath udp = resources.keep(new UdpDatapath(
                loops, router, addresses.newBinder(), UdpSettings.DEFAULTS, Ticker.system(), new InheritedSockets()));
        ListenerOptions options = ListenerOptions.PLAIN.withFreeBind(true).withPerLoop(true);
        InheritedSockets none = new InheritedSockets();
        Interception interception = resources.keep(Interception.open(
                new Interception.Settings(setup.mode(), KernelNumbers.DEFAULT, own::get),
                new Interception.Sockets(tcp, new TcpFrontendSockets(tcp, options, none), udp, none),
                new Interception.Surroundings(followed, router::allowedSources)));
        interception.classify(new InsideSources(pods, followed.addresses()));
        NettyDataplane dataplane = new NettyDataplane(
                router,
                () -> interception.start(Inheritance.NONE),
                changes -> tcp.connections().routesChanged(changes),
                new MustServe());
        proxier = proxier(dataplane, followed.addresses());
    }

    private Proxier proxier(NettyDataplane dataplane, Collection<IpAddress> local) {
        Ticker ticker = Ticker.system();
        SchedulerRegistry schedulers = SchedulerRegistry.load(ProxyNode.class.getClassLoader());
        Proxier made = new Proxier(
                new TrackingSettings(
                        machine.name(),
                        Set.of(IpFamily.values()),
                        ServiceOptions.DEFAULTS,
                        schedulers.names()::contains,
                        NodePortRules.DEFAULT,
                        null,
                        true),
                new ProxierSurroundings(
                        dataplane,
                        router,
                        new SchedulingLoadBalancerFactory(schedulers, new AffinityTable(100, ticker), machine.name()),
                        new ProxyHealth(Duration.ofSeconds(30), ticker, InstantSource.system()),
                        Map.of(),
                        new RecordingWarnings(),
                        SyncObserver.NONE,
                        ticker,
                        InstantSource.system()));
        made.nodeAddressesChanged(HostAddresses.of(Set.copyOf(local)));
        made.servicesSynced();
        made.endpointSlicesSynced();
        made.nodeSynced();
        return made;
    }

    private void networkChanged() {
        NodeNetwork open = network;
        if (open != null) {
            open.refresh();
        }
    }

    static ProxyNode start(Machine machine, Setup setup) throws Exception {
        return machine.run(() -> new ProxyNode(machine, setup));
    }

    void serve(List<Service> services, List<EndpointSlice> slices) throws Exception {
        machine.run(() -> {
            services.forEach(proxier::upsert);
            slices.forEach(proxier::upsert);
            proxier.sync();
            return null;
        });
    }

    /** A Service on port 80, TCP and UDP, with one endpoint at port 8080 of a pod on this node. */
    void expose(String clusterIpv4, String clusterIpv6, Machine endpoint) throws Exception {
        Service service = ServiceBuilder.service("to-" + endpoint.name())
                .clusterIps(List.of(IpFamily.IPV4, IpFamily.IPV6), clusterIpv4, clusterIpv6)
                .port("tcp", Protocol.TCP, 80)
                .port("udp", Protocol.UDP, 80)
                .build();
        serve(
                List.of(service),
                List.of(slice(endpoint, "IPv4", endpoint.ipv4()), slice(endpoint, "IPv6", endpoint.ipv6())));
    }

    private EndpointSlice slice(Machine endpoint, String type, String address) {
        return SliceBuilder.slice(endpoint.name() + "-" + type, "to-" + endpoint.name())
                .addressType(type)
                .port("tcp", Protocol.TCP, 8080)
                .port("udp", Protocol.UDP, 8080)
                .endpoint(address, "R @" + machine.name())
                .build();
    }

    /** Of the Service port behind a frontend. */
    ServicePortStats stats(Protocol protocol, String clusterIp) {
        Frontend frontend = new Frontend(protocol, IpAddress.parse(clusterIp), 80);
        return Objects.requireNonNull(router.table().find(frontend)).route().stats();
    }

    ClientAddresses addresses() {
        return addresses;
    }

    @Override
    public void close() throws Exception {
        machine.run(() -> {
            resources.close();
            return null;
        });
    }

    private record MustServe() implements FrontendListener {
        @Override
        public void frontendFailed(Frontend frontend, ServicePortName owner, String reason) {
            throw new AssertionError(frontend + ": " + reason);
        }

        @Override
        public void frontendRecovered(Frontend frontend, ServicePortName owner) {
            throw new AssertionError(frontend + " never failed");
        }
    }
}
