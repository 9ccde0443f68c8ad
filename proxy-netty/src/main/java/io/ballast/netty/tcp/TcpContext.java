package io.ballast.netty.tcp;

import io.ballast.core.routing.Router;
import io.ballast.core.spi.Ticker;
import io.ballast.netty.clientip.UpstreamBinder;
import io.ballast.netty.transport.ResourceShortage;

/** What all connections share. <em>Immutable</em>, and all of it thread-safe. */
record TcpContext(
        Router router,
        TcpSettings settings,
        UpstreamBinder binder,
        ConnectionLog log,
        Ticker ticker,
        OpenConnections open,
        ResourceShortage shortage) {}
