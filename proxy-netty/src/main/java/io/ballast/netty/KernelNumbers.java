package io.ballast.netty;

import java.nio.file.Path;
import java.util.regex.Pattern;

/**
 * What Ballast's state in the kernel is known by. Documented for operators in {@code docs/operations.md}; the route
 * protocol is {@link io.ballast.netty.linux.netlink.RouteNetlink#PROTOCOL}. <em>Immutable.</em>
 *
 * @param mark on packets that are led to this node's sockets, within {@code mask}; clashes with none of kube-proxy
 *     (0x4000, 0x8000), the CNI plugin portmap (0x2000), Calico (0xffff0000) and Cilium (0x0f00)
 */
public record KernelNumbers(int mark, int mask) {
    /** The routing table that makes everything local, for packets with the mark. */
    public static final int TABLE = 1770;
    /** Of the policy rules that lead to it: after the local table's (0), before the main table's (32766). */
    public static final int PRIORITY = 1770;

    /** Where the socket lookup is pinned, a directory for each network namespace; see {@code SocketLookup}. */
    public static final Path PINS = Path.of("/sys/fs/bpf/ballast");

    /** Every nftables table of ours, whatever its family, has this name, or it followed by a hyphen or underscore. */
    private static final Pattern TABLES = Pattern.compile("\\S+ ballast([-_]\\S*)?");

    public static final KernelNumbers DEFAULT = new KernelNumbers(0x1000, 0x1000);

    /** Whether a table, given as {@code inet ballast}, is one of ours. */
    public static boolean isOwnTable(String familyAndName) {
        return TABLES.matcher(familyAndName).matches();
    }
}
