package io.ballast.netty.clientip;

import io.ballast.core.model.AddressPort;
import io.ballast.core.model.IpAddress;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Source ports of live connections, unique for each client address and endpoint: with both given, the port is all that
 * tells connections apart. One for each transport protocol. <em>Thread-safe</em>; calls for different clients or
 * endpoints rarely meet in a lock, which is held for the time of a few instructions.
 *
 * <p>Memory is bound by the number of live connections: about 200 bytes each while a client has few to an endpoint,
 * and never more than one bit for each port of the range.
 */
final class ClientPortAllocator {
    static final int NONE = -1;

    private final ReservedPorts ports;
    private final ConcurrentMap<Pair, PortPool> pools = new ConcurrentHashMap<>();
    /**
     * Where the next pool begins. A client that opens one connection after the other has a new pool each time, and must
     * come around to a port as late as possible. At random first: an earlier process may still have connections.
     */
    private final AtomicInteger turn =
            new AtomicInteger(ThreadLocalRandom.current().nextInt());

    ClientPortAllocator(ReservedPorts ports) {
        this.ports = ports;
    }

    /** A port that no live connection of this client to this endpoint has, or {@link #NONE}. */
    int take(IpAddress client, AddressPort endpoint) {
        int[] port = new int[1];
        pools.compute(new Pair(client, endpoint), (pair, present) -> {
            PortPool pool = present == null ? newPool() : present;
            port[0] = pool.take();
            return pool;
        });
        return port[0];
    }

    private PortPool newPool() {
        return new PortPool(ports, Math.floorMod(turn.getAndIncrement(), ports.size()));
    }

    /** Takes that very port; false where it is out of the range, or taken. */
    boolean claim(IpAddress client, AddressPort endpoint, int port) {
        if (!ports.contains(port)) {
            return false;
        }
        boolean[] claimed = new boolean[1];
        pools.compute(new Pair(client, endpoint), (pair, present) -> {
            PortPool pool = present == null ? newPool() : present;
            claimed[0] = pool.claim(port);
            return pool;
        });
        return claimed[0];
    }

    /** Gives back a port that {@link #take} returned, or {@link #claim} took. */
    void give(IpAddress client, AddressPort endpoint, int port) {
        pools.compute(new Pair(client, endpoint), (pair, present) -> afterGiving(port, present));
    }

    private static @Nullable PortPool afterGiving(int port, @Nullable PortPool pool) {
        if (pool == null) {
            throw new IllegalStateException("port " + port + " was not taken");
        }
        pool.give(port);
        return pool.isUnused() ? null : pool;
    }

    /** Pairs of a client and an endpoint with live connections. */
    int pairs() {
        return pools.size();
    }

    private record Pair(IpAddress client, AddressPort endpoint) {}
}
