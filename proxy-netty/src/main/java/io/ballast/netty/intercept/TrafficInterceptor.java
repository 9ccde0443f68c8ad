package io.ballast.netty.intercept;

import io.ballast.core.model.Frontend;
import io.ballast.core.model.IpAddress;
import io.ballast.core.routing.FrontendRoute;
import java.util.Collection;
import java.util.Map;

/**
 * Brings packets for frontends to Ballast's sockets. <em>Confined to the sync thread.</em>
 *
 * <p>A frontend is in one of three states: served, refused (known, but nothing can be selected), or withdrawn. Every
 * method may be called again with what is already so. Open connections are never touched: addresses and rules that they
 * need outlive the frontend until the last of them has ended.
 */
public interface TrafficInterceptor extends AutoCloseable {
    /** The word for {@code --intercept}: {@code bind} or {@code sk-lookup}. */
    String mode();

    /** Makes ClusterIPs local and guards them. What fails is tried again, and reported, by {@link #serve}. */
    void claim(Collection<IpAddress> clusterIps);

    /** Gives ClusterIPs back. */
    void release(Collection<IpAddress> clusterIps);

    /**
     * New connections are accepted, from whom the frontend's admission says.
     *
     * @return the frontends that failed, each with cause and remedy; all others are served
     */
    Map<Frontend, String> serve(Collection<FrontendRoute> frontends);

    /**
     * New connections are refused, or dropped where the admission says so.
     *
     * @return the frontends that are not served either, but of which the kernel knows nothing yet, with the reasons
     */
    Map<Frontend, String> refuse(Collection<FrontendRoute> frontends);

    /** The frontends are no longer Ballast's. */
    void withdraw(Collection<FrontendRoute> frontends);

    /** The first full table has been put: lets go of what an earlier process left and nobody wants. */
    void settle();

    /** The node's own addresses or interfaces are not what they were: sets up again what hung on them. */
    void networkChanged();

    /**
     * Makes ClusterIPs local again that are not any more; returns them.
     *
     * @throws IllegalStateException when one cannot be made local yet
     */
    Collection<IpAddress> restore();

    /**
     * Removes what was only kept for connections that have ended since, and tries again what the kernel would not have;
     * called on a timer.
     *
     * @return the frontends that failed on the way, with the reasons
     */
    Map<Frontend, String> sweep();

    /** Stops accepting everywhere. What lies in the kernel stays, so that nothing falls through to the host. */
    @Override
    void close();
}
