package io.ballast.netty;

import io.ballast.netty.handover.SocketKey;
import io.ballast.netty.intercept.InsideSources;
import io.ballast.netty.intercept.TrafficInterceptor;
import io.ballast.netty.linux.Descriptor;
import io.ballast.netty.repair.Repairs;
import java.util.List;

/**
 * {@code --intercept=bind} at work: what there is to it beyond its sockets is to end an earlier process's lookup.
 *
 * @param ended a socket lookup that was handed over, empty for none
 */
record BindMode(TrafficInterceptor interceptor, List<Descriptor> ended) implements InterceptionMode {
    BindMode {
        ended = List.copyOf(ended);
    }

    @Override
    public List<Integer> offeredLookup() {
        return List.of();
    }

    @Override
    public List<SocketKey> sharedListeners() {
        return List.of();
    }

    @Override
    public void accept() {
        // A bound socket accepts by itself.
    }

    @Override
    public void settle() {
        LookupAttachment.end(ended);
    }

    @Override
    public void classify(InsideSources inside) {
        // Judged when a client has been accepted.
    }

    @Override
    public void keepUp(Repairs repairs, KernelWatch watch) {
        // Nobody can take a socket.
    }
}
