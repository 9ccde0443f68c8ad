package io.ballast.netty.udp;

import io.ballast.core.model.AddressPort;
import io.ballast.netty.clientip.UpstreamBinding;
import io.ballast.netty.linux.Descriptor;
import io.ballast.netty.transport.ResourceShortage;
import io.netty.channel.unix.Errors.NativeIoException;
import java.io.IOException;
import java.net.BindException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A session's socket with its source. <em>Confined to the event loop.</em>
 *
 * @param binding to be released with the socket, null for the node's address
 */
record SessionSocket(Upstream upstream, @Nullable UpstreamBinding binding) {
    /** EADDRINUSE, EADDRNOTAVAIL. */
    private static final Set<Integer> TAKEN = Set.of(98, 99);

    /**
     * Connects to the endpoint. Tries the binder's next source where the kernel refuses one, and makes room where
     * descriptors are used up.
     */
    static SessionSocket connect(UdpSession session, UdpLoop loop, @Nullable UpstreamBinding first) throws IOException {
        UpstreamBinding source = first;
        boolean madeRoom = false;
        while (true) {
            try {
                return new SessionSocket(loop.connector().connect(session, source), source);
            } catch (IOException e) {
                if (source != null && isTaken(e)) {
                    source = source.refused();
                } else if (!madeRoom
                        && ResourceShortage.isMeantBy(e)
                        && loop.sessions().makeRoomFor(session)) {
                    madeRoom = true;
                } else {
                    if (source != null) {
                        source.release();
                    }
                    throw e;
                }
            }
        }
    }

    private static boolean isTaken(IOException failure) {
        return failure instanceof BindException
                || failure.getCause() instanceof BindException
                || (failure instanceof NativeIoException number && TAKEN.contains(-number.expectedErr()));
    }

    /** Goes on with one that an earlier process connected. */
    static SessionSocket adopt(UdpSession session, UdpLoop loop, Descriptor connected) throws IOException {
        Upstream upstream = loop.connector().adopt(session, connected);
        AddressPort source = upstream.localAddress();
        SessionFacts facts = session.facts();
        UpstreamBinding binding =
                source == null ? null : loop.binder().resume(source, facts.client(), facts.endpoint());
        return new SessionSocket(upstream, binding);
    }
}
