package io.ballast.netty.node;

import io.ballast.core.model.IpFamily;
import io.ballast.netty.linux.Sysctl;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Set;

/** The families that the operating system supports, whatever addresses the node has. Stateless. */
public final class NodeFamilies {
    private NodeFamilies() {}

    /** In the network namespace of the calling thread; told as kube-proxy tells it ({@code utilkernel.IsIPv6Supported}). */
    public static Set<IpFamily> supported() {
        boolean known = Files.exists(Path.of("/proc/thread-self/net/if_inet6"));
        boolean disabled = Sysctl.read("net.ipv6.conf.all.disable_ipv6")
                .filter("1"::equals)
                .isPresent();
        return known && !disabled ? EnumSet.allOf(IpFamily.class) : EnumSet.of(IpFamily.IPV4);
    }
}
