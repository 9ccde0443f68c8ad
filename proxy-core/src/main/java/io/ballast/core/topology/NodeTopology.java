package io.ballast.core.topology;

/**
 * Where this node is, as far as topology hints care. <em>Immutable.</em>
 *
 * @param zone label {@code topology.kubernetes.io/zone} of the Node, {@code ""} when it has none
 */
public record NodeTopology(String nodeName, String zone) {}
