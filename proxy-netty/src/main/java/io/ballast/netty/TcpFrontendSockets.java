package io.ballast.netty;

import io.ballast.core.model.Frontend;
import io.ballast.core.model.IpAddress;
import io.ballast.netty.handover.InheritedSockets;
import io.ballast.netty.handover.SocketKey;
import io.ballast.netty.intercept.FrontendSockets;
import io.ballast.netty.linux.DescriptorLimit;
import io.ballast.netty.listener.ListenerOptions;
import io.ballast.netty.listener.TcpListener;
import java.io.IOException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The TCP data path as an interceptor that binds each frontend sees it. <em>Thread-safe.</em> */
public final class TcpFrontendSockets implements FrontendSockets {
    /** Beyond this many frontends a socket for each event loop costs more memory and start-up time than it gains. */
    private static final int MOST_PER_LOOP = 512;

    private static final long LONGEST_CLOSE_SECONDS = 2;

    private static final Logger LOG = LoggerFactory.getLogger(TcpFrontendSockets.class);

    private final TcpDatapath datapath;
    private final ListenerOptions options;
    private final InheritedSockets inherited;
    /** From here on frontends have one socket: beside them all others are to have one, too. */
    private final int manyDescriptors;

    private final AtomicInteger open = new AtomicInteger();
    private final AtomicInteger descriptors = new AtomicInteger();

    /**
     * @param options of every listener, but for {@code transparent} and {@code perLoop}
     * @param inherited is looked into before a socket is opened
     * @param limit sockets for each event loop take no more than half of what may listen
     */
    public TcpFrontendSockets(
            TcpDatapath datapath, ListenerOptions options, InheritedSockets inherited, DescriptorLimit limit) {
        this.datapath = datapath;
        this.options = options;
        this.inherited = inherited;
        this.manyDescriptors = limit.mostListening() / 2;
    }

    @Override
    public OpenSocket open(Frontend frontend, boolean transparent) throws IOException {
        ListenerOptions wanted = options.withTransparent(transparent).withPerLoop(options.perLoop() && areFew());
        int[] present = inherited.take(SocketKey.Use.TCP, frontend.addressPort());
        TcpListener listener = present.length == 0
                ? datapath.openListener(frontend.addressPort(), wanted)
                : datapath.adoptListener(wanted, present);
        int held = Math.max(1, listener.descriptors().length);
        count(1, held);
        listener.closed().thenRun(() -> count(-1, -held));
        return new Listening(listener, held);
    }

    private boolean areFew() {
        return open.get() < MOST_PER_LOOP && descriptors.get() < manyDescriptors;
    }

    private void count(int listeners, int held) {
        open.addAndGet(listeners);
        descriptors.addAndGet(held);
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
