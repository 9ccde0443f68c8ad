package io.ballast.netty.tcp;

import io.ballast.core.model.CloseReason;
import io.ballast.core.stats.Direction;

/** Which socket of a connection: the client's or the endpoint's. */
enum Side {
    DOWNSTREAM(Direction.TO_ENDPOINT, CloseReason.CLIENT_RESET),
    UPSTREAM(Direction.TO_CLIENT, CloseReason.ENDPOINT_RESET);

    private final Direction direction;
    private final CloseReason resetReason;

    Side(Direction direction, CloseReason resetReason) {
        this.direction = direction;
        this.resetReason = resetReason;
    }

    Side other() {
        return this == DOWNSTREAM ? UPSTREAM : DOWNSTREAM;
    }

    /** Where bytes go that are read on this side. */
    Direction direction() {
        return direction;
    }

    /** Why a connection ended whose peer on this side sent RST or vanished. */
    CloseReason resetReason() {
        return resetReason;
    }
}
