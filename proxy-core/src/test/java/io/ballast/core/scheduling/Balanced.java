package io.ballast.core.scheduling;

import io.ballast.core.model.AddressPort;
import io.ballast.core.model.Endpoint;
import io.ballast.core.model.Frontend;
import io.ballast.core.model.IpAddress;
import io.ballast.core.model.IpFamily;
import io.ballast.core.model.NamespacedName;
import io.ballast.core.model.Protocol;
import io.ballast.core.model.RefuseReason;
import io.ballast.core.model.Service;
import io.ballast.core.model.ServiceOptions;
import io.ballast.core.model.ServicePort;
import io.ballast.core.model.ServicePortName;
import io.ballast.core.model.ServiceType;
import io.ballast.core.model.SessionAffinity;
import io.ballast.core.model.TrafficPolicy;
import io.ballast.core.testing.ManualClock;
import io.ballast.core.topology.CategorizedEndpoints;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * A Service port under test: describes facts and endpoints in few words, and remembers them between updates. Endpoints
 * are numbered; number n is 10.0.0.n:8080.
 */
final class Balanced {
    static final Frontend CLUSTER_IP = new Frontend(Protocol.TCP, IpAddress.parse("10.96.0.1"), 80);
    private static final ServicePortName NAME =
            new ServicePortName(new NamespacedName("default", "web"), "", Protocol.TCP);

    private final SchedulingLoadBalancerFactory factory;
    private ServiceOptions options = ServiceOptions.DEFAULTS;
    private SessionAffinity affinity = SessionAffinity.NONE;
    private List<Endpoint> cluster = List.of();
    private List<Endpoint> local = List.of();
    private ServicePortName name = NAME;
    private IpFamily family = IpFamily.IPV4;

    Balanced(SchedulingLoadBalancerFactory factory) {
        this.factory = factory;
    }

    static Balanced with(String scheduler) {
        return new Balanced(factory(new AffinityTable(1000, new ManualClock()))).scheduler(scheduler);
    }

    static SchedulingLoadBalancerFactory factory(AffinityTable affinity) {
        return new SchedulingLoadBalancerFactory(
                SchedulerRegistry.load(Balanced.class.getClassLoader()), affinity, "node-1");
    }

    Balanced named(String service) {
        name = new ServicePortName(new NamespacedName("default", service), "", Protocol.TCP);
        return this;
    }

    Balanced family(IpFamily of) {
        family = of;
        return this;
    }

    Balanced scheduler(String scheduler) {
        options = options.withScheduler(scheduler);
        return this;
    }

    Balanced limits(int maxConnections, int maxConnectionsPerEndpoint) {
        options = new ServiceOptions(
                options.scheduler(),
                options.connectTimeout(),
                options.connectAttempts(),
                options.endpointRemoval(),
                options.drainTimeout(),
                options.idleTimeout(),
                options.udpIdleTimeout(),
                maxConnections,
                maxConnectionsPerEndpoint,
                options.maxConnectionAge(),
                options.proxyProtocol(),
                options.sourceRangesGuardAllExternal());
        return this;
    }

    Balanced affinity(Duration timeout) {
        affinity = new SessionAffinity.ClientIp(timeout);
        return this;
    }

    Balanced noAffinity() {
        affinity = SessionAffinity.NONE;
        return this;
    }

    Balanced cluster(Endpoint... endpoints) {
        cluster = List.of(endpoints);
        return this;
    }

    Balanced local(Endpoint... endpoints) {
        local = List.of(endpoints);
        return this;
    }

    LoadBalancer create() {
        return factory.create(servicePort(), categorized());
    }

    void update(LoadBalancer balancer) {
        balancer.update(servicePort(), categorized());
    }

    ServicePort servicePort() {
        return new ServicePort(
                name,
                family,
                Service.JUST_NOW,
                ServiceType.CLUSTER_IP,
                CLUSTER_IP.address(),
                80,
                0,
                List.of(),
                List.of(),
                List.of(),
                affinity,
                TrafficPolicy.CLUSTER,
                TrafficPolicy.CLUSTER,
                0,
                options);
    }

    private CategorizedEndpoints categorized() {
        Set<Endpoint> reachable = new LinkedHashSet<>(cluster);
        reachable.addAll(local);
        return new CategorizedEndpoints(
                cluster, local, new ArrayList<>(reachable), !reachable.isEmpty(), true, !local.isEmpty());
    }

    static AddressPort address(int number) {
        return new AddressPort(IpAddress.ofIpv4((10 << 24) | number), 8080);
    }

    static Endpoint endpoint(int number) {
        return endpoint(number, 1);
    }

    static Endpoint endpoint(int number, int weight) {
        return new Endpoint(address(number), true, true, false, false, weight, Set.of(), Set.of());
    }

    static Endpoint[] endpoints(int... numbers) {
        Endpoint[] endpoints = new Endpoint[numbers.length];
        for (int i = 0; i < numbers.length; i++) {
            endpoints[i] = endpoint(numbers[i]);
        }
        return endpoints;
    }

    static AddressPort client(int number) {
        return new AddressPort(IpAddress.ofIpv4((172 << 24) | number), 40_000 + number % 20_000);
    }

    /** A lease from the cluster list; fails the test when there is none. */
    static Lease lease(LoadBalancer balancer, int client, AddressPort... tried) {
        return lease(balancer, EndpointScope.CLUSTER, client, tried);
    }

    static Lease lease(LoadBalancer balancer, EndpointScope scope, int client, AddressPort... tried) {
        Pick pick = balancer.acquire(scope, client(client), CLUSTER_IP, Set.of(tried));
        if (pick instanceof Pick.Picked picked) {
            return picked.lease();
        }
        throw new AssertionError("nothing picked: " + pick);
    }

    /** Why there is no lease; fails the test when there is one. */
    static RefuseReason refusal(LoadBalancer balancer, int client, AddressPort... tried) {
        Pick pick = balancer.acquire(EndpointScope.CLUSTER, client(client), CLUSTER_IP, Set.of(tried));
        if (pick instanceof Pick.Nothing nothing) {
            return nothing.reason();
        }
        throw new AssertionError("picked: " + pick);
    }

    static int number(Lease lease) {
        return lease.endpoint().address().address().ipv4Bits() & 0xffffff;
    }
}
