package io.ballast.netty.intercept;

import io.ballast.core.model.Frontend;
import io.ballast.core.model.IpFamily;
import io.ballast.core.model.Protocol;
import io.ballast.core.routing.FrontendRoute;
import io.ballast.netty.linux.bpf.SocketLookup;
import io.ballast.netty.linux.bpf.SourceClass;
import io.ballast.netty.linux.bpf.Steering;
import java.util.Collection;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * {@code --intercept=sk-lookup}: an eBPF program leads new TCP connections and datagrams from any frontend to one socket
 * for each protocol, family and event loop, so host processes on the same port of the wildcard address are no conflict.
 * Without the means to answer from such a port, UDP frontends have sockets of their own, which the program lets the
 * kernel find. <em>Confined to the sync thread.</em>
 */
public final class SkLookupInterceptor extends FrontendInterceptor {
    /** See {@link #mode}. */
    public static final String MODE = "sk-lookup";

    private static final Set<SourceClass> INSIDE = Set.copyOf(EnumSet.of(SourceClass.NODE, SourceClass.POD));

    private final SocketLookup lookup;
    private final Listeners listeners;
    private final DatagramSockets udp;
    /** Numbers of bound sockets, by which the program tells that one is gone. */
    private final Map<Frontend, Integer> places = new HashMap<>();
    /** For the next {@link #admit}. */
    private final Map<Frontend, Steering> entries = new HashMap<>();
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
        super(tcp, udp, routes, packetRules, facts);
        this.lookup = lookup;
        this.listeners = listeners;
        this.udp = udp;
    }

    @Override
    public String mode() {
        return MODE;
    }

    @Override
    String open(FrontendRoute route) {
        Frontend frontend = route.frontend();
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
    void admit() {
        put(entries);
        entries.clear();
    }

    @Override
    void shut(Collection<FrontendRoute> frontends) {
        if (frontends.isEmpty()) {
            return;
        }
        Map<Frontend, Steering> refused = new HashMap<>();
        for (FrontendRoute route : frontends) {
            refused.put(route.frontend(), Steering.refuse());
            entries.remove(route.frontend());
            sockets.close(route.frontend());
        }
        put(refused);
        freePlaces(frontends);
    }

    private void put(Map<Frontend, Steering> changed) {
        lookup.put(changed);
        if (fresh != null) {
            fresh.addAll(changed.keySet());
        }
    }

    @Override
    void forget(Collection<FrontendRoute> frontends) {
        frontends.forEach(route -> sockets.close(route.frontend()));
        lookup.remove(frontends.stream().map(FrontendRoute::frontend).toList());
        frontends.forEach(route -> udp.end(route.frontend()));
        freePlaces(frontends);
    }

    @Override
    public void settle() {
        if (fresh != null) {
            lookup.retainOnly(fresh, claims.local());
            fresh = null;
        }
    }
}
