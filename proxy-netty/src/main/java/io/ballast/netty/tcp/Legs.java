package io.ballast.netty.tcp;

import io.ballast.core.model.AddressPort;
import org.jspecify.annotations.Nullable;

/** The two legs of one connection, as far as it has them. Confined to the connection's event loop. */
final class Legs {
    private @Nullable Leg downstream;
    private @Nullable Leg upstream;

    void set(Side side, Leg leg) {
        if (side == Side.DOWNSTREAM) {
            downstream = leg;
        } else {
            upstream = leg;
        }
    }

    /**
     * The leg of a side.
     *
     * @throws IllegalStateException when there is none
     */
    Leg get(Side side) {
        Leg leg = side == Side.DOWNSTREAM ? downstream : upstream;
        if (leg == null) {
            throw new IllegalStateException("no leg " + side);
        }
        return leg;
    }

    /**
     * Lets each hand what it reads to the other.
     *
     * @param header goes to the endpoint first, null for none
     */
    void relay(byte @Nullable [] header) {
        Leg toClient = get(Side.DOWNSTREAM);
        Leg toEndpoint = get(Side.UPSTREAM);
        if (header != null) {
            toEndpoint.send(header);
        }
        toClient.relayTo(toEndpoint);
        toEndpoint.relayTo(toClient);
    }

    /** Sends FIN to both after what is still to be sent, and drops what they send from now on. */
    void end() {
        Leg toClient = get(Side.DOWNSTREAM);
        Leg toEndpoint = get(Side.UPSTREAM);
        toClient.discard();
        toEndpoint.discard();
        toClient.finish();
        toEndpoint.finish();
    }

    /** The endpoint was not reached: another upstream may follow. */
    void resetUpstream() {
        if (upstream != null) {
            upstream.reset();
            upstream = null;
        }
    }

    /** Closes both with FIN, or with RST. */
    void close(boolean reset) {
        close(downstream, reset);
        close(upstream, reset);
    }

    private static void close(@Nullable Leg leg, boolean reset) {
        if (leg != null && reset) {
            leg.reset();
        } else if (leg != null) {
            leg.closeNow();
        }
    }

    /** Both sides sent FIN, and each has taken all that the other sent before. */
    boolean areFlushed() {
        return isFlushed(get(Side.DOWNSTREAM)) && isFlushed(get(Side.UPSTREAM));
    }

    private static boolean isFlushed(Leg leg) {
        return leg.isInputEnded() && leg.pendingBytes() == 0;
    }

    /** Bytes in memory that were read from one side and not yet taken by the other. */
    long pendingBytes() {
        return pendingBytes(downstream) + pendingBytes(upstream);
    }

    private static long pendingBytes(@Nullable Leg leg) {
        return leg == null ? 0 : leg.pendingBytes();
    }

    /** The local address towards the endpoint. */
    @Nullable
    AddressPort source() {
        return upstream == null ? null : upstream.localAddress().orElse(null);
    }
}
