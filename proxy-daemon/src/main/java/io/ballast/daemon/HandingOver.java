package io.ballast.daemon;

import io.ballast.daemon.http.HttpLoop;
import io.ballast.netty.handover.HandOverServer;
import io.ballast.netty.handover.Offer;
import io.ballast.netty.handover.SessionHandOver;
import java.util.List;

/**
 * What a successor is given, and how this process stops serving for it. Called on the sync thread, but for {@link #end}.
 */
final class HandingOver implements HandOverServer.Owner {
    private final ControlPlane control;
    private final Datapath datapath;
    private final List<HttpLoop> servers;
    private final Runnable end;

    /**
     * @param servers those of the HTTP servers, whose listeners go along
     * @param end runs once everything is handed over
     */
    HandingOver(ControlPlane control, Datapath datapath, List<HttpLoop> servers, Runnable end) {
        this.control = control;
        this.datapath = datapath;
        this.servers = servers;
        this.end = end;
    }

    @Override
    public void whileNothingChanges(Runnable action) {
        control.runAlone(action);
    }

    @Override
    public Offer offer() {
        return datapath.offer(
                servers.stream().flatMap(server -> server.offer().stream()).toList());
    }

    @Override
    public List<SessionHandOver> release(boolean fromOurs) {
        control.stop();
        List<SessionHandOver> sessions = datapath.release(fromOurs);
        servers.forEach(HttpLoop::stopListening);
        return sessions;
    }

    @Override
    public void end() {
        end.run();
    }
}
