package io.ballast.netty.listener;

/**
 * How a listening socket is opened. <em>Immutable.</em> NIO supports {@code backlog} only and refuses the rest.
 *
 * @param backlog connections that wait to be accepted, capped by the kernel's {@code somaxconn}
 * @param freeBind IP_FREEBIND: the address need not exist on this host (yet)
 * @param transparent IP_TRANSPARENT: the address is not local, but steered here
 * @param perLoop one socket for each event loop, in a SO_REUSEPORT group: the kernel spreads clients and nothing is
 *     handed over between threads; otherwise one socket, whose clients go to the loops in turn
 * @param redirected clients are led here although they dialled other addresses: what each dialled is the local address
 *     of its own socket
 */
public record ListenerOptions(int backlog, boolean freeBind, boolean transparent, boolean perLoop, boolean redirected) {
    /** One plain socket. */
    public static final ListenerOptions PLAIN = new ListenerOptions(4096, false, false, false, false);

    public ListenerOptions withFreeBind(boolean value) {
        return new ListenerOptions(backlog, value, transparent, perLoop, redirected);
    }

    public ListenerOptions withTransparent(boolean value) {
        return new ListenerOptions(backlog, freeBind, value, perLoop, redirected);
    }

    public ListenerOptions withPerLoop(boolean value) {
        return new ListenerOptions(backlog, freeBind, transparent, value, redirected);
    }

    public ListenerOptions withRedirected(boolean value) {
        return new ListenerOptions(backlog, freeBind, transparent, perLoop, value);
    }
}
