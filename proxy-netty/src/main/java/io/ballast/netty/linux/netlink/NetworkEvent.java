package io.ballast.netty.linux.netlink;

/** A change of the network, as {@link NetworkMonitor} tells it. Immutable. */
public sealed interface NetworkEvent {
    /** A new link, or one with a changed property: up or down, name, MAC, master. */
    record LinkChanged(Link link) implements NetworkEvent {}

    record LinkRemoved(Link link) implements NetworkEvent {}

    /** A new address, or one whose flags changed: it passed duplicate address detection, say. */
    record AddressChanged(InterfaceAddress address) implements NetworkEvent {}

    record AddressRemoved(InterfaceAddress address) implements NetworkEvent {}

    /** A new or replaced route, those of Ballast included. */
    record RouteChanged(Route route) implements NetworkEvent {}

    /**
     * A removed route. Routes that go with a removed address or link may go without this.
     *
     * @param byUs this process removed it
     */
    record RouteRemoved(Route route, boolean byUs) implements NetworkEvent {}

    /**
     * A removed policy rule of Ballast's protocol number.
     *
     * @param byUs this process removed it
     */
    record RuleRemoved(PolicyRule rule, boolean byUs) implements NetworkEvent {}

    /** The kernel had more events than room: read the state anew. What follows happened after the loss. */
    record EventsLost() implements NetworkEvent {}
}
