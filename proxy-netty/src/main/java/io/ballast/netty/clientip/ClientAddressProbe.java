package io.ballast.netty.clientip;

import io.ballast.netty.linux.Capability;
import io.ballast.netty.linux.Descriptor;
import io.ballast.netty.linux.SystemCallException;
import io.ballast.netty.linux.SystemCalls;
import io.ballast.netty.linux.nft.Nftables;
import java.util.EnumMap;
import java.util.Map;

/** Finds out what of {@link ClientAddresses} kernel, libraries and privileges allow. Stateless. */
public final class ClientAddressProbe {
    private static final int AF_INET = 2;
    private static final int SOCK_STREAM_CLOEXEC = 1 | 0x80000;
    private static final int SOL_IP = 0;
    private static final int IP_TRANSPARENT = 19;

    private ClientAddressProbe() {}

    /** Why each feature cannot be had here, "" where it can; leaves nothing behind. */
    public static Map<ClientAddressFeature, String> run() {
        Map<ClientAddressFeature, String> obstacles = new EnumMap<>(ClientAddressFeature.class);
        String basic = Nftables.unavailability().orElseGet(ClientAddressProbe::transparentObstacle);
        if (!basic.isEmpty()) {
            for (ClientAddressFeature feature : ClientAddressFeature.values()) {
                obstacles.put(feature, basic);
            }
            return obstacles;
        }
        try (Nftables nftables = Nftables.open()) {
            String replies = ClientAddressRules.repliesObstacle(nftables);
            obstacles.put(ClientAddressFeature.CLIENT_IP, replies);
            obstacles.put(
                    ClientAddressFeature.CLIENT_IP_BRIDGES,
                    replies.isEmpty() ? ClientAddressRules.bridgesObstacle(nftables) : replies);
        }
        return obstacles;
    }

    private static String transparentObstacle() {
        try {
            int fd = SystemCalls.check(
                    SystemCalls.libc().socket(AF_INET, SOCK_STREAM_CLOEXEC, 0), () -> "open a socket");
            try (Descriptor socket = Descriptor.owning(fd, "probe")) {
                byte[] one = {1, 1, 1, 1};
                SystemCalls.check(
                        SystemCalls.libc().setsockopt(socket.number(), SOL_IP, IP_TRANSPARENT, one, one.length),
                        () -> "set IP_TRANSPARENT",
                        Capability.NET_ADMIN);
            }
            return "";
        } catch (SystemCallException e) {
            return String.valueOf(e.getMessage());
        }
    }
}
