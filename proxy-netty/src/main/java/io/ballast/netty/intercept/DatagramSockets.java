package io.ballast.netty.intercept;

import io.ballast.core.model.Frontend;

/** The data path of UDP, whose sessions are told apart by us and not by the kernel. Called from the sync thread. */
public interface DatagramSockets extends FrontendSockets {
    /** Whether the frontend has live sessions: their datagrams must arrive, even where new clients are turned away. */
    boolean hasSessions(Frontend frontend);

    /** The frontend is no longer led to sockets that are not its own: its sessions there end. */
    void end(Frontend frontend);
}
