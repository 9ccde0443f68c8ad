package io.ballast.core.routing;

/**
 * Where packets for frontends are intercepted and relayed.
 *
 * <p>{@link #apply} is called from the sync thread only and may block on the kernel; it never waits for the data path.
 */
public interface Dataplane {
    /**
     * Makes the dataplane serve {@code table}. A frontend that cannot be served is reported to the
     * {@code FrontendListener} and tried again with the next call; it never keeps another from being served.
     *
     * @param table the new table, to be published to the data path before new frontends open and after removed ones
     *     closed
     * @param diff what changed since the table of the previous call; everything, at the first
     */
    void apply(RoutingTable table, RoutingTableDiff diff);

    /** Tries the frontends again that failed before; called on a timer and when addresses of the node changed. */
    void retryFailed();
}
