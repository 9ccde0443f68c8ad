package io.ballast.netty.testing;

import java.util.concurrent.Callable;

/**
 * A node, a pod or an outside host of a {@link Topology}: a namespace with one address of each family. Immutable.
 *
 * @param node the name of the node that it is or that it is a pod of; its own of a host outside
 * @param ipv4 its address in text, without prefix length
 * @param ipv6 its address in text, without prefix length
 */
public record Machine(String name, String node, NetworkNamespace namespace, String ipv4, String ipv6) {
    /** As {@link NetworkNamespace#run}. */
    public <T> T run(Callable<T> body) throws Exception {
        return namespace.run(body);
    }

    /** As {@link NetworkNamespace#exec}. */
    public String exec(String... command) {
        return namespace.exec(command);
    }

    /** As {@link NetworkNamespace#ip}. */
    public void ip(String... commands) {
        namespace.ip(commands);
    }
}
