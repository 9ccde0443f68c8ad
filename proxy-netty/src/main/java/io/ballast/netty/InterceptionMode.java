package io.ballast.netty;

import io.ballast.netty.handover.SocketKey;
import io.ballast.netty.intercept.InsideSources;
import io.ballast.netty.intercept.TrafficInterceptor;
import io.ballast.netty.repair.Repairs;
import java.util.List;

/** What {@code --intercept} chooses between, at work. <em>Confined to the sync thread.</em> */
sealed interface InterceptionMode permits BindMode, SocketLookupMode {
    TrafficInterceptor interceptor();

    /** The socket lookup as a successor needs it; empty where there is none. */
    List<Integer> offeredLookup();

    /** Where sockets for all frontends are bound, which a successor may share. */
    List<SocketKey> sharedListeners();

    /** The first table is in force: accepts from what was handed over. */
    void accept();

    /** An earlier process accepts no more: its part of the kernel's state is ours now. */
    void settle();

    /** Tells who counts as inside, where no nftables rules do. */
    void classify(InsideSources inside);

    /** From now on what others take of this mode's own is put back. */
    void keepUp(Repairs repairs, KernelWatch watch);
}
