package io.ballast.netty;

import io.ballast.core.model.Frontend;
import io.ballast.core.model.IpAddress;
import io.ballast.netty.handover.InheritedSockets;
import io.ballast.netty.handover.SocketKey;
import io.ballast.netty.intercept.FrontendSockets;
import io.ballast.netty.listener.ListenerOptions;
import io.ballast.netty.listener.TcpListener;
import java.io.IOException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The TCP data path as an interceptor that binds each frontend sees it. <em>Thread-safe.</em> */
public final class TcpFrontendSockets implements FrontendSockets {
    private static final long LONGEST_CLOSE_SECONDS = 2;

    private static final Logger LOG = LoggerFactory.getLogger(TcpFrontendSockets.class);

    private final TcpDatapath datapath;
    private final ListenerOptions options;
    private final InheritedSockets inherited;

    /**
     * @param options of every listener, but for {@code transparent}; {@code perLoop} where there may be as many sockets
     * @param inherited is looked into before a socket is opened
     */
    public TcpFrontendSockets(TcpDatapath datapath, ListenerOptions options, InheritedSockets inherited) {
        this.datapath = datapath;
        this.options = options;
        this.inherited = inherited;
    }

    @Override
    public OpenSocket open(Frontend frontend, boolean transparent, boolean perLoop) throws IOException {
        ListenerOptions wanted = options.withTransparent(transparent).withPerLoop(options.perLoop() && perLoop);
        int[] present = inherited.take(SocketKey.Use.TCP, frontend.addressPort());
        TcpListener listener = present.length == 0
                ? datapath.openListener(frontend.addressPort(), wanted)
                : datapath.adoptListener(wanted, present);
        return new Listening(listener, Math.max(1, listener.descriptors().length));
    }

    private record Listening(TcpListener listener, @Override int descriptors) implements OpenSocket {
        @Override
        public void close() {
            closeAndWait(listener);
        }
    }

    /** The address is free again when this returns, so that the same frontend can be opened at once. */
    private static void closeAndWait(TcpListener listener) {
        try {
            listener.close().get(LONGEST_CLOSE_SECONDS, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            LOG.atWarn().addKeyValue("address", listener.address()).log("Listener closes late: event loops are busy");
        } catch (ExecutionException e) {
            throw new IllegalStateException("listeners close without failing", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public boolean isInUse(IpAddress frontendAddress) {
        return datapath.connections().isInUse(frontendAddress) || inherited.predecessorLives();
    }
}
