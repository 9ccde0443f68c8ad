package io.ballast.netty.linux.netlink;

/**
 * A network interface. Immutable.
 *
 * @param kind of a virtual interface ("bridge", "veth", "dummy"), or ""
 * @param mac hardware address in text (02:00:5e:10:00:01), or ""
 * @param master index of the bridge or bond that this interface is a port of, or 0
 * @param flags IFF_ of linux/if.h
 */
public record Link(int index, String name, String kind, String mac, int master, int mtu, int flags) {
    /** Where kube-proxy's ipvs mode puts the addresses of Services. */
    public static final String KUBE_IPVS = "kube-ipvs0";

    private static final int IFF_LOOPBACK = 0x8;

    public boolean isLoopback() {
        return (flags & IFF_LOOPBACK) != 0;
    }

    public boolean isBridge() {
        return kind.equals("bridge");
    }

    /** Whether service proxies and caches put addresses of Services there: a dummy, or kube-proxy's by its name. */
    public boolean isForServices() {
        return kind.equals("dummy") || name.equals(KUBE_IPVS);
    }
}
