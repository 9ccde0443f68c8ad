package io.ballast.netty.intercept;

import io.ballast.core.model.Frontend;
import io.ballast.core.model.FrontendKind;
import io.ballast.core.model.IpAddress;
import io.ballast.core.model.IpFamily;
import io.ballast.core.model.Protocol;
import io.ballast.core.routing.FrontendRoute;
import io.ballast.netty.linux.bpf.SocketLookup;
import io.ballast.netty.linux.bpf.SourceClass;
import io.ballast.netty.linux.bpf.Steering;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * {@code --intercept=sk-lookup}: an eBPF program leads new TCP connections and datagrams from any frontend to one socket
 * for each protocol, family and event loop, so host processes on the same port of the wildcard address are no conflict.
 * Without the means to answer from such a port, UDP frontends have sockets of their own, which the program lets the
 * kernel find. <em>Confined to the sync thread.</em>
 */
public final class SkLookupInterceptor implements TrafficInterceptor {
    /** See {@link #mode}. */
    public static final String MODE = "sk-lookup";

    private static final Set<SourceClass> INSIDE = Set.copyOf(EnumSet.of(SourceClass.NODE, SourceClass.POD));

    private final SocketLookup lookup;
    private final Listeners listeners;
    private final DatagramSockets udp;
    private final HeldFrontends held;
    private final BoundFrontends sockets;
    private final AddressClaims claims;
    private final FrontendRules rules;
    /** Numbers of bound sockets, by which the program tells that one is gone. */
    private final Map<Frontend, Integer> places = new HashMap<>();
    /** What was put since the start, until {@link #settle} has told it from what an earlier process left. */
    private @Nullable Set<Frontend> fresh = new HashSet<>();

    /**
     * Numbers that the socket lookup gave to the sockets for all frontends of a family.
     *
     * @param udp has no family where answers could not leave from a port that is not bound
     */
    public record Listeners(Map<IpFamily, Integer> tcp, Map<IpFamily, Integer> udp) {
        public Listeners {
            tcp = Map.copyOf(tcp);
            udp = Map.copyOf(udp);
        }
    }

    /**
     * @param lookup owned by the caller
     */
    public SkLookupInterceptor(
            SocketLookup lookup,
            Listeners listeners,
            FrontendSockets tcp,
            DatagramSockets udp,
            ClusterIpRoutes routes,
            PacketRules packetRules,
            FrontendFacts facts) {
        this.lookup = lookup;
        this.listeners = listeners;
        this.udp = udp;
        this.held = new HeldFrontends(udp);
        this.sockets = new BoundFrontends(tcp, udp);
        this.claims = new AddressClaims(routes, sockets::isInUse);
        this.rules = new FrontendRules(packetRules, facts, held, sockets::isInUse);
    }

    @Override
    public String mode() {
        return MODE;
    }

    @Override
    public void claim(Collection<IpAddress> clusterIps) {
        claims.claim(clusterIps);
    }

    @Override
    public void release(Collection<IpAddress> clusterIps) {
        claims.release(clusterIps);
    }

    @Override
    public Map<Frontend, String> serve(Collection<FrontendRoute> frontends) {
        frontends.forEach(held::holds);
        claims.retry(frontends.stream().map(route -> route.frontend().address()).toList());
        Map<Frontend, String> failures = new LinkedHashMap<>();
        Map<Frontend, Steering> entries = new HashMap<>();
        List<FrontendRoute> served = new ArrayList<>();
        for (FrontendRoute route : frontends) {
            String failure = open(route, entries);
            if (failure.isEmpty()) {
                served.add(route);
            } else {
                failures.put(route.frontend(), failure);
            }
        }
        rules.set(served);
        rules.commit();
        put(entries);
        return failures;
    }

    /** Returns why not, or the empty string. */
    private String open(FrontendRoute route, Map<Frontend, Steering> entries) {
        Frontend frontend = route.frontend();
        String unclaimed =
                route.kind() == FrontendKind.CLUSTER_IP ? claims.failure(frontend.address()) : rules.obstacle(route);
        if (!unclaimed.isEmpty()) {
            return unclaimed;
        }
        Set<SourceClass> accepted = rules.isJudgedBySource(route) ? INSIDE : EnumSet.allOf(SourceClass.class);
        boolean datagrams = frontend.protocol() == Protocol.UDP;
        Integer listener = (datagrams ? listeners.udp() : listeners.tcp()).get(frontend.family());
        if (datagrams && listener == null) {
            String failure = sockets.open(frontend, rules.isSteered(route));
            entries.put(frontend, failure.isEmpty() ? bound(frontend, accepted) : Steering.refuse());
            return failure;
        }
        if (listener == null) {
            return "this node has no " + frontend.family() + "; enable it, or make the Service single-stack";
        }
        entries.put(frontend, Steering.to(listener, accepted));
        return "";
    }

    private Steering bound(Frontend frontend, Set<SourceClass> accepted) {
        int descriptor = sockets.descriptor(frontend);
        if (descriptor < 0) {
            return Steering.bound(accepted);
        }
        Integer place = places.get(frontend);
        if (place == null) {
            place = lookup.addBoundSocket(descriptor);
            places.put(frontend, place);
        } else {
            lookup.replaceListener(place, descriptor);
        }
        return Steering.to(place, accepted);
    }

    /** To be called once no entry names them. */
    private void freePlaces(Collection<FrontendRoute> frontends) {
        for (FrontendRoute route : frontends) {
            Integer place = places.remove(route.frontend());
            if (place != null) {
                lookup.removeListener(place);
            }
        }
    }

    @Override
    public void refuse(Collection<FrontendRoute> frontends) {
        Map<Boolean, List<FrontendRoute>> byHeld = frontends.stream().collect(Collectors.partitioningBy(held::holds));
        List<FrontendRoute> kept = byHeld.getOrDefault(true, List.of());
        if (!kept.isEmpty()) {
            serve(kept);
        }
        close(byHeld.getOrDefault(false, List.of()));
    }

    private void close(Collection<FrontendRoute> frontends) {
        Map<Frontend, Steering> entries = new HashMap<>();
        for (FrontendRoute route : frontends) {
            entries.put(route.frontend(), Steering.refuse());
            sockets.close(route.frontend());
        }
        put(entries);
        freePlaces(frontends);
        rules.set(frontends);
    }

    private void put(Map<Frontend, Steering> entries) {
        lookup.put(entries);
        if (fresh != null) {
            fresh.addAll(entries.keySet());
        }
    }

    @Override
    public void withdraw(Collection<FrontendRoute> frontends) {
        held.forget(frontends);
        frontends.forEach(route -> sockets.close(route.frontend()));
        lookup.remove(frontends.stream().map(FrontendRoute::frontend).toList());
        frontends.forEach(route -> udp.end(route.frontend()));
        freePlaces(frontends);
        rules.withdraw(frontends);
    }

    @Override
    public void settle() {
        if (fresh != null) {
            lookup.retainOnly(fresh, claims.local());
            fresh = null;
        }
    }

    @Override
    public void networkChanged() {
        claims.renew();
    }

    @Override
    public void sweep() {
        held.sweep(this);
        claims.sweep();
        rules.sweep();
    }

    @Override
    public void close() {
        sockets.closeAll();
    }
}
