package io.ballast.netty.linux.netlink;

import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Follows changes of links, addresses, routes and policy rules on a daemon thread of its own, in the network namespace of
 * the thread that starts it. Events come from the moment {@link #start} returns, so who starts first and reads the state
 * then misses nothing. The listener is called on the monitor's thread, one event after the other; while it takes its time
 * events queue in the kernel, up to some thousands. Thread-safe.
 */
public final class NetworkMonitor implements AutoCloseable {
    /** What to follow. */
    public enum Topic {
        LINKS(1),
        ADDRESSES(1 << 4 | 1 << 8),
        ROUTES(1 << 6 | 1 << 10),
        RULES(1 << 7 | 1 << 18);

        /** RTNLGRP_ numbers of both families, less one, as bits. */
        private final int groups;

        Topic(int groups) {
            this.groups = groups;
        }
    }

    private final NetlinkFollower follower;

    private NetworkMonitor(NetlinkFollower follower) {
        this.follower = follower;
    }

    public static NetworkMonitor start(Set<Topic> topics, Consumer<NetworkEvent> listener) {
        int groups = topics.stream().mapToInt(topic -> topic.groups).reduce(0, (a, b) -> a | b);
        NetlinkFollower.Listener reader = new NetlinkFollower.Listener() {
            @Override
            public void received(NetlinkMessage message) {
                read(message).ifPresent(listener);
            }

            @Override
            public void lost() {
                listener.accept(new NetworkEvent.EventsLost());
            }
        };
        return new NetworkMonitor(NetlinkFollower.start("network-monitor", NetlinkSocket.open(groups), reader));
    }

    private static Optional<NetworkEvent> read(NetlinkMessage message) {
        boolean byUs = OwnPorts.contains(message.port());
        return switch (message.type()) {
            case Rtnetlink.RTM_NEWLINK -> LinkMessages.readLink(message).map(NetworkEvent.LinkChanged::new);
            case Rtnetlink.RTM_DELLINK -> LinkMessages.readLink(message).map(NetworkEvent.LinkRemoved::new);
            case Rtnetlink.RTM_NEWADDR -> LinkMessages.readAddress(message).map(NetworkEvent.AddressChanged::new);
            case Rtnetlink.RTM_DELADDR -> LinkMessages.readAddress(message).map(NetworkEvent.AddressRemoved::new);
            case Rtnetlink.RTM_NEWROUTE -> RouteMessages.read(message).map(NetworkEvent.RouteChanged::new);
            case Rtnetlink.RTM_DELROUTE ->
                RouteMessages.read(message).map(route -> new NetworkEvent.RouteRemoved(route, byUs));
            case Rtnetlink.RTM_DELRULE ->
                RuleMessages.readOwn(message).map(rule -> new NetworkEvent.RuleRemoved(rule, byUs));
            default -> Optional.empty();
        };
    }

    /** Ends the thread and waits for it, unless called by the listener. */
    @Override
    public void close() {
        follower.close();
    }
}
