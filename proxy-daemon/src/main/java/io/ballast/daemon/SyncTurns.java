package io.ballast.daemon;

import io.ballast.core.scheduling.AffinityTable;
import java.time.Duration;
import java.util.function.IntConsumer;

/**
 * What a running daemon does around each sync: whoever's turn it is to serve has the HTTP ports, and whoever serves awaits
 * the next successor. <em>Confined to the sync thread.</em>
 */
final class SyncTurns implements ControlPlane.Turns {
    private static final Duration AFFINITY_LOOK = Duration.ofSeconds(10);

    private final ControlPlane control;
    private final Datapath datapath;
    private final Succession succession;
    private final HandingOver handingOver;
    private final HttpServers servers;
    private final AffinityTable affinity;
    private final IntConsumer exit;
    /** When expired affinity was last looked for. */
    private long affinityLooked = System.nanoTime();

    /** @param exit hears the exit code when the daemon cannot go on */
    SyncTurns(
            ControlPlane control,
            Datapath datapath,
            Succession succession,
            HandingOver handingOver,
            HttpServers servers,
            AffinityTable affinity,
            IntConsumer exit) {
        this.control = control;
        this.datapath = datapath;
        this.succession = succession;
        this.handingOver = handingOver;
        this.servers = servers;
        this.affinity = affinity;
        this.exit = exit;
    }

    @Override
    public boolean mayServe(boolean ready) {
        boolean may = succession.mayServe(ready);
        if (succession.isBehindAnother()) {
            servers.leave();
        } else if (control.isNodeListed()) {
            // Not before, as kube-proxy: it can say nothing about the Node, and a probe that is refused tells as much.
            servers.listen();
        }
        return may;
    }

    @Override
    public void afterSync() {
        if (control.isSynced()) {
            servers.listen();
            succession.tidy();
            if (!succession.awaitSuccessor(handingOver)) {
                exit.accept(1);
            }
        }
        servers.afterSync();
        datapath.clientAddresses().refresh();
        if (succession.isAlone()) {
            datapath.clientAddresses().removeLeftovers();
        }
        if (System.nanoTime() - affinityLooked >= AFFINITY_LOOK.toNanos()) {
            affinity.removeExpired();
            affinityLooked = System.nanoTime();
        }
    }
}
