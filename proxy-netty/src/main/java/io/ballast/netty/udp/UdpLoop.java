package io.ballast.netty.udp;

import io.ballast.core.routing.Router;
import io.ballast.core.spi.Ticker;
import io.ballast.netty.clientip.UpstreamBinder;
import io.netty.channel.EventLoop;

/**
 * What the frontends and sessions of one event loop share. <em>Immutable; connector and table are confined to the
 * loop.</em>
 */
record UdpLoop(
        EventLoop loop,
        Router router,
        Ticker ticker,
        UpstreamBinder binder,
        UpstreamConnector connector,
        UdpSessionTable sessions,
        LiveFrontends live) {}
