package io.ballast.netty.udp;

import io.ballast.core.model.CloseReason;
import io.ballast.core.model.ServicePortName;
import io.ballast.core.routing.Route;
import io.ballast.core.routing.RoutingTableDiff.RouteChange;
import io.ballast.netty.tcp.ConnectionView;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The sessions of one event loop in the order of their last use, bounded. <em>Confined to the event loop</em>, but for
 * {@link #size}.
 */
final class UdpSessionTable {
    private final int capacity;
    private final Set<UdpSession> byLastUse = new LinkedHashSet<>();
    private final Map<ServicePortName, Set<UdpSession>> byService = new HashMap<>();
    private volatile int size;

    UdpSessionTable(int capacity) {
        this.capacity = capacity;
    }

    /** Adds a session; at capacity the longest idle one is closed first. */
    void add(UdpSession session) {
        if (byLastUse.size() >= capacity) {
            byLastUse.iterator().next().close(CloseReason.EVICTED);
        }
        byLastUse.add(session);
        byService
                .computeIfAbsent(session.servicePortName(), name -> new LinkedHashSet<>())
                .add(session);
        size = byLastUse.size();
    }

    /** Closes the longest idle session other than this one; false when there is none. */
    boolean makeRoomFor(UdpSession session) {
        UdpSession oldest =
                byLastUse.stream().filter(other -> other != session).findFirst().orElse(null);
        if (oldest == null) {
            return false;
        }
        oldest.close(CloseReason.EVICTED);
        return true;
    }

    /** The session was used: it is the last to be evicted. */
    void touch(UdpSession session) {
        if (byLastUse.remove(session)) {
            byLastUse.add(session);
        }
    }

    void remove(UdpSession session) {
        byLastUse.remove(session);
        size = byLastUse.size();
        Set<UdpSession> ofService = byService.get(session.servicePortName());
        if (ofService != null && ofService.remove(session) && ofService.isEmpty()) {
            byService.remove(session.servicePortName());
        }
    }

    /** Ends the Service port's sessions whose endpoint no longer serves. */
    void routeChanged(RouteChange change) {
        Route before = change.before();
        if (before == null) {
            return;
        }
        Route after = change.after();
        Set<UdpSession> concerned = byService.getOrDefault(before.servicePort().name(), Set.of());
        for (UdpSession session : List.copyOf(concerned)) {
            boolean ofFamily = session.family() == before.servicePort().family();
            if (ofFamily && (after == null || !after.servingEndpoints().contains(session.endpoint()))) {
                session.close(CloseReason.REPINNED);
            }
        }
    }

    List<ConnectionView> views(int limit) {
        return byLastUse.stream().limit(limit).map(UdpSession::view).toList();
    }

    /** Any thread. */
    int size() {
        return size;
    }
}
