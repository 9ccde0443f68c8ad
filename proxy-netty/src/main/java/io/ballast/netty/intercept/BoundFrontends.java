package io.ballast.netty.intercept;

import io.ballast.core.model.Frontend;
import io.ballast.core.model.IpAddress;
import io.ballast.core.model.Protocol;
import io.ballast.netty.intercept.FrontendSockets.OpenSocket;
import io.ballast.netty.linux.Capability;
import io.ballast.netty.linux.DescriptorLimit;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;

/** Sockets bound to frontends of their own. <em>Confined to the sync thread.</em> */
final class BoundFrontends {
    /** Default of the sysctl, which is rarely another. */
    private static final int FIRST_FREE_PORT = 1024;

    /** Beyond this many frontends a socket for each event loop costs more memory and start-up time than it gains. */
    private static final int MOST_PER_LOOP = 512;

    private final FrontendSockets tcp;
    private final FrontendSockets udp;
    private final int most;
    private final Map<Frontend, Opened> open = new HashMap<>();
    /** Descriptors of all that is open. */
    private int descriptors;

    /** @param limit of which connections and everything else are left a share */
    BoundFrontends(FrontendSockets tcp, FrontendSockets udp, DescriptorLimit limit) {
        this.tcp = tcp;
        this.udp = udp;
        this.most = limit.mostListening();
    }

    /** Returns why the frontend cannot be bound, or the empty string. */
    String open(Frontend frontend, boolean steered) {
        Opened present = open.get(frontend);
        if (present != null && present.steered() == steered) {
            return "";
        }
        close(frontend);
        if (descriptors >= most) {
            return "cannot listen on " + frontend + ": " + open.size() + " frontends have sockets, and the other open"
                    + " files are for connections; raise the limit (LimitNOFILE, ulimit -n) or use"
                    + " --intercept=sk-lookup; it is tried again until there is room";
        }
        try {
            OpenSocket socket = sockets(frontend).open(frontend, steered, areFew());
            open.put(frontend, new Opened(socket, steered));
            descriptors += socket.descriptors();
            return "";
        } catch (IOException e) {
            return "cannot listen on " + frontend + ": " + reason(frontend, String.valueOf(e.getMessage()));
        }
    }

    /** Sockets for each event loop take no more than half of what may listen: those that come later are to have one, too. */
    private boolean areFew() {
        return open.size() < MOST_PER_LOOP && descriptors < most / 2;
    }

    /** See {@link OpenSocket#descriptor}; -1 also where the frontend is not open. */
    int descriptor(Frontend frontend) {
        Opened opened = open.get(frontend);
        return opened == null ? -1 : opened.socket().descriptor();
    }

    /** What to do about it; whichever transport says it, an errno has the same text at the end. */
    private static String reason(Frontend frontend, String message) {
        if (message.endsWith("Address already in use")) {
            return "a process of this host holds port " + frontend.port() + "/"
                    + frontend.protocol().suffix() + ", on this or the wildcard address; it is tried again until that"
                    + " has ended";
        }
        if (message.endsWith("Permission denied") && frontend.port() < FIRST_FREE_PORT) {
            return message + "; ports below net.ipv4.ip_unprivileged_port_start need " + Capability.NET_BIND_SERVICE;
        }
        if (message.endsWith("Cannot assign requested address")) {
            return message + ": no interface has it, and this transport has no IP_FREEBIND; use epoll";
        }
        return message;
    }

    void close(Frontend frontend) {
        Opened opened = open.remove(frontend);
        if (opened != null) {
            descriptors -= opened.socket().descriptors();
            opened.socket().close();
        }
    }

    boolean isInUse(Frontend frontend) {
        return sockets(frontend).isInUse(frontend.address());
    }

    boolean isInUse(IpAddress address) {
        return tcp.isInUse(address) || udp.isInUse(address);
    }

    void closeAll() {
        open.values().forEach(opened -> opened.socket().close());
        open.clear();
        descriptors = 0;
    }

    private FrontendSockets sockets(Frontend frontend) {
        return frontend.protocol() == Protocol.UDP ? udp : tcp;
    }

    /** Whether it is steered decides how a socket is bound, and may change when the node gains or loses an address. */
    private record Opened(OpenSocket socket, boolean steered) {}
}
