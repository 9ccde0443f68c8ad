package io.ballast.netty.udp;

import io.ballast.core.routing.Router;
import io.ballast.core.spi.Ticker;
import io.ballast.netty.transport.IoTransport;
import io.netty.channel.EventLoop;

/**
 * What the frontends and sessions of one event loop share. <em>Immutable; the table is confined to the loop.</em>
 */
record UdpLoop(
        EventLoop loop,
        IoTransport transport,
        Router router,
        Ticker ticker,
        UdpSettings settings,
        UdpSessionTable sessions) {}
