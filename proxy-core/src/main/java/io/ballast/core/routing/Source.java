package io.ballast.core.routing;

/**
 * What is known of where a client is. <em>Immutable.</em> The two pod flags differ: a cluster-wide {@code clusterCIDR}
 * makes every pod of the cluster a "local pod" for kube-proxy's policy rules, but only a pod of this very node sends
 * its replies through this node.
 *
 * @param detectedLocal a local pod by {@code detectLocalMode} (kube-proxy's {@code LocalTrafficDetector})
 * @param thisNode an address of this node itself
 * @param podOfThisNode a pod on this node, so that packets to it always pass this node
 */
public record Source(boolean detectedLocal, boolean thisNode, boolean podOfThisNode) {
    /** Neither a local pod nor this node. */
    public static final Source OUTSIDE = new Source(false, false, false);
}
