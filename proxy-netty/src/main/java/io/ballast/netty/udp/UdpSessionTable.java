package io.ballast.netty.udp;

import io.ballast.core.model.CloseReason;
import io.ballast.core.model.ServicePortName;
import io.ballast.core.routing.Route;
import io.ballast.core.routing.RoutingTableDiff.RouteChange;
import io.ballast.netty.handover.SessionHandOver;
import io.ballast.netty.tcp.ConnectionView;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The sessions of one event loop in the order of their last use, bounded. <em>Confined to the event loop</em>, but for
 * {@link #size}.
 *
 * <p>At capacity a session that is not established yet makes room before one that is, as with the kernel's connection
 * tracking ({@code early_drop}): a flood under false addresses drives out its own. One in eight places stays theirs, or
 * new clients would drive out each other while idle established ones keep the rest.
 */
final class UdpSessionTable {
    /** One in so many places is not for established sessions. */
    private static final int YOUNG_SHARE = 8;

    private final int capacity;
    private final Set<UdpSession> young = new LinkedHashSet<>();
    private final Set<UdpSession> established = new LinkedHashSet<>();
    private final Map<ServicePortName, Set<UdpSession>> byService = new HashMap<>();
    private volatile int size;

    UdpSessionTable(int capacity) {
        this.capacity = capacity;
    }

    /** Adds a session; at capacity another is closed first. */
    void add(UdpSession session) {
        if (young.size() + established.size() >= capacity) {
            makeRoomFor(session);
        }
        young.add(session);
        byService
                .computeIfAbsent(session.facts().servicePortName(), name -> new LinkedHashSet<>())
                .add(session);
        size = young.size() + established.size();
    }

    /** Closes another session than this one, the longest idle of its kind; false when there is none. */
    boolean makeRoomFor(UdpSession session) {
        Optional<UdpSession> oldest =
                inOrderOfEviction().filter(other -> other != session).findFirst();
        oldest.ifPresent(victim -> victim.close(CloseReason.EVICTED));
        return oldest.isPresent();
    }

    private Stream<UdpSession> inOrderOfEviction() {
        boolean crowded = established.size() > capacity - capacity / YOUNG_SHARE;
        return crowded
                ? Stream.concat(established.stream(), young.stream())
                : Stream.concat(young.stream(), established.stream());
    }

    /** The session was used: it is the last of its kind to be evicted. */
    void touch(UdpSession session) {
        if (!session.isEstablished()) {
            if (young.remove(session)) {
                young.add(session);
            }
        } else if (established.remove(session) || young.remove(session)) {
            established.add(session);
        }
    }

    void remove(UdpSession session) {
        if (!young.remove(session)) {
            established.remove(session);
        }
        size = young.size() + established.size();
        Set<UdpSession> ofService = byService.get(session.facts().servicePortName());
        if (ofService != null && ofService.remove(session) && ofService.isEmpty()) {
            byService.remove(session.facts().servicePortName());
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
            boolean ofFamily = session.facts().family() == before.servicePort().family();
            if (ofFamily
                    && (after == null
                            || !after.servingEndpoints()
                                    .contains(session.facts().endpoint()))) {
                session.close(CloseReason.REPINNED);
            }
        }
    }

    /** Gives all sessions away to another process. */
    List<SessionHandOver> handOver() {
        return Stream.concat(young.stream(), established.stream()).toList().stream()
                .flatMap(session -> session.handOver().stream())
                .toList();
    }

    /** Whether an endpoint was asked since that time and has not answered. */
    boolean isAwaiting(long sinceNanos) {
        return inOrderOfEviction().anyMatch(session -> session.isAwaiting(sinceNanos));
    }

    List<ConnectionView> views(int limit) {
        return inOrderOfEviction().limit(limit).map(UdpSession::view).toList();
    }

    /** Any thread. */
    int size() {
        return size;
    }
}
