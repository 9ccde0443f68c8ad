package io.ballast.netty.clientip;

import java.util.BitSet;

/**
 * Ports in use between one client and one endpoint. Ports are taken in turn, so that the one just given back, which
 * may linger in TIME_WAIT, comes last. Confined to who holds the pool's lock.
 */
final class PortPool {
    private final ReservedPorts ports;
    /** Where the turn began: bit 0. Few connections set few bits, wherever in the range they begin. */
    private final int base;

    private final BitSet taken = new BitSet(1);
    private int cursor;
    private int count;

    /** @param base how far into the range to begin */
    PortPool(ReservedPorts ports, int base) {
        this.ports = ports;
        this.base = base;
    }

    /** The next free port, or -1. */
    int take() {
        int size = ports.size();
        if (count == size) {
            return -1;
        }
        int bit = taken.nextClearBit(cursor);
        if (bit >= size) {
            bit = taken.nextClearBit(0);
        }
        taken.set(bit);
        count++;
        cursor = (bit + 1) % size;
        return ports.first() + (base + bit) % size;
    }

    /** Takes that one; false when it is taken. */
    boolean claim(int port) {
        int bit = bit(port);
        if (taken.get(bit)) {
            return false;
        }
        taken.set(bit);
        count++;
        return true;
    }

    private int bit(int port) {
        return Math.floorMod(port - ports.first() - base, ports.size());
    }

    void give(int port) {
        int bit = bit(port);
        if (!taken.get(bit)) {
            throw new IllegalStateException("port " + port + " was not taken");
        }
        taken.clear(bit);
        count--;
    }

    boolean isUnused() {
        return count == 0;
    }
}
