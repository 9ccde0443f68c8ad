package io.ballast.netty.cleanup;

import io.ballast.core.model.IpAddress;
import io.ballast.netty.linux.HostCommand;
import io.ballast.netty.linux.netlink.InterfaceAddress;
import io.ballast.netty.linux.netlink.Link;
import io.ballast.netty.linux.netlink.RouteNetlink;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What kube-proxy's ipvs mode leaves ({@code pkg/proxy/ipvs}): virtual servers, ip sets and a dummy interface. */
final class Ipvs {
    private static final Path VIRTUAL_SERVERS = Path.of("/proc/thread-self/net/ip_vs");
    /** A line of {@code ipvsadm -Sn}: {@code -A -t 10.96.0.1:443 -s rr}, with brackets around an IPv6 address. */
    private static final Pattern SERVER = Pattern.compile("-A (-[tu]|--sctp-service) (\\[?([^\\]]+)\\]?:(\\d+)) .*");

    private static final Pattern SETS = Pattern.compile(
            "KUBE-(6-)?(LOOP-BACK|CLUSTER-IP|LOAD-BALANCER|EXTERNAL-IP|NODE-PORT|HEALTH-CHECK-NODE-PORT|IPVS-IPS)\\S*");
    /** The API server's default range. */
    private static final int FIRST_NODE_PORT = 30000;

    private static final int LAST_NODE_PORT = 32767;

    private Ipvs() {}

    static List<Removal> remove(RouteNetlink netlink) {
        List<Removal> removals = new ArrayList<>();
        List<Link> links = netlink.links().stream()
                .filter(link -> link.name().equals(Link.KUBE_IPVS))
                .toList();
        if (!links.isEmpty()) {
            removals.addAll(virtualServers(netlink, links.get(0)));
        }
        removals.addAll(sets());
        links.forEach(link -> removals.add(delete(netlink, link)));
        return removals;
    }

    private static Removal delete(RouteNetlink netlink, Link link) {
        String what = "interface " + link.name();
        try {
            netlink.deleteLink(link);
            return Removal.removed(what);
        } catch (RuntimeException e) {
            return Removal.failed(what, e);
        }
    }

    /** Those on the interface's addresses, and NodePorts on the node's; other users of IPVS keep theirs. */
    private static List<Removal> virtualServers(RouteNetlink netlink, Link dummy) {
        String what = "IPVS virtual servers";
        List<Removal> removals = new ArrayList<>();
        try {
            if (!Files.exists(VIRTUAL_SERVERS)
                    || Files.readAllLines(VIRTUAL_SERVERS).stream()
                            .noneMatch(line -> line.matches("(TCP|UDP|SCTP) .*"))) {
                return List.of();
            }
            if (!HostCommand.isInstalled("ipvsadm")) {
                return List.of(Removal.failed(what, "ipvsadm is not installed; install it and run this again"));
            }
            Set<IpAddress> services = new HashSet<>();
            Set<IpAddress> node = new HashSet<>();
            for (InterfaceAddress address : netlink.addresses()) {
                (address.interfaceIndex() == dummy.index() ? services : node).add(address.address());
            }
            for (String line : HostCommand.run("", "ipvsadm", "-Sn").lines().toList()) {
                Matcher server = SERVER.matcher(line);
                if (server.matches() && isKubeProxys(server, services, node)) {
                    HostCommand.run("", "ipvsadm", "-D", server.group(1), server.group(2));
                    removals.add(Removal.removed("IPVS virtual server " + server.group(2)));
                }
            }
        } catch (IOException e) {
            removals.add(Removal.failed(what, String.valueOf(e.getMessage())));
        }
        return removals;
    }

    private static boolean isKubeProxys(Matcher server, Set<IpAddress> services, Set<IpAddress> node) {
        IpAddress address = IpAddress.parse(server.group(3));
        int port = Integer.parseInt(server.group(4));
        return services.contains(address)
                || (node.contains(address) && port >= FIRST_NODE_PORT && port <= LAST_NODE_PORT);
    }

    private static List<Removal> sets() {
        if (!HostCommand.isInstalled("ipset")) {
            return List.of();
        }
        List<Removal> removals = new ArrayList<>();
        try {
            for (String name :
                    HostCommand.run("", "ipset", "list", "-n").lines().toList()) {
                if (SETS.matcher(name).matches()) {
                    HostCommand.run("", "ipset", "destroy", name);
                    removals.add(Removal.removed("ip set " + name));
                }
            }
        } catch (IOException e) {
            removals.add(Removal.failed("ip sets of kube-proxy", String.valueOf(e.getMessage())));
        }
        return removals;
    }
}
