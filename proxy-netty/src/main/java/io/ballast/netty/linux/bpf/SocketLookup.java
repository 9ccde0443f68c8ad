package io.ballast.netty.linux.bpf;

import io.ballast.core.model.Cidr;
import io.ballast.core.model.Frontend;
import io.ballast.core.model.IpAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Brings packets for frontends to listening sockets that are bound elsewhere, in the network namespace of the thread
 * that attached it. What is not a frontend and not guarded goes its way as if this were not there.
 *
 * <p>A frontend whose listener is gone, by {@code kill -9} as well, is refused; so is whatever else is sent to a guarded
 * address, and what is sent to a listener's own address. Refused means RST or port unreachable.
 *
 * <p>Made by {@link SocketLookups}. Confined to one thread, but for {@link #isAttached}. The kernel sees each entry change
 * at once, entries of one call one after the other.
 */
public final class SocketLookup implements AutoCloseable {
    private final SocketLookupMaps maps;
    /** Replaced only where somebody has detached it. */
    private volatile BpfLink link;

    private final ListenerSlots slots = new ListenerSlots();

    SocketLookup(SocketLookupMaps maps, BpfLink link) {
        this.maps = maps;
        this.link = link;
        slots.reserve(maps.frontends().elements().values());
    }

    /**
     * Registers a socket, listening (TCP) or bound (UDP), and answers its number for {@link Steering#to(int)}. One
     * socket stands for all of its reuseport group, among which the kernel picks by the connection's hash.
     *
     * @param socket stays its owner's; when it is closed, its frontends are refused
     * @param own where the socket is bound, not to a wildcard: refused to who dials it directly
     */
    public int addListener(int socket, Frontend own) {
        if (own.address().isUnspecified()) {
            throw new IllegalArgumentException(
                    "A listener bound to " + own + " would be reachable on every address of the host");
        }
        int slot = addSocket(socket, Optional.of(own));
        try {
            maps.frontends().put(own, Steering.refuse());
        } catch (RuntimeException e) {
            removeListener(slot);
            throw e;
        }
        return slot;
    }

    /**
     * As {@link #addListener}, for a socket that is bound to the only frontend it serves: the kernel would find it without
     * us, but would find a socket of the host's once it is closed.
     */
    public int addBoundSocket(int socket) {
        return addSocket(socket, Optional.empty());
    }

    private int addSocket(int socket, Optional<Frontend> own) {
        int slot = slots.take(own);
        try {
            maps.listeners().put(slot, (long) socket);
            return slot;
        } catch (RuntimeException e) {
            slots.free(slot);
            throw e;
        }
    }

    /** Puts another socket, of the same group for instance, in the place of one that is about to close. */
    public void replaceListener(int listener, int socket) {
        maps.listeners().put(listener, (long) socket);
    }

    /** Forgets a listener, whose number may then be given to another: frontends that name it are removed before. */
    public void removeListener(int listener) {
        maps.listeners().remove(listener);
        Frontend own = slots.free(listener);
        if (own != null) {
            maps.frontends().remove(own);
        }
    }

    /** Adds frontends, or changes what becomes of them. */
    public void put(Map<Frontend, Steering> frontends) {
        maps.frontends().putAll(frontends);
    }

    public void remove(Collection<Frontend> frontends) {
        maps.frontends().removeAll(frontends);
    }

    /** All entries, those for listeners' own addresses among them. */
    public Map<Frontend, Steering> frontends() {
        return maps.frontends().elements();
    }

    /** Makes addresses answer on their frontends' ports and refuse everywhere else. */
    public void guard(Collection<IpAddress> addresses) {
        Map<IpAddress, Integer> added = new HashMap<>();
        addresses.forEach(address -> added.put(address, 1));
        maps.guarded().putAll(added);
    }

    public void unguard(Collection<IpAddress> addresses) {
        maps.guarded().removeAll(addresses);
    }

    public Set<IpAddress> guarded() {
        return maps.guarded().elements().keySet();
    }

    /** Ends a takeover: removes the entries, guards and listeners of the earlier process, save those named here. */
    public void retainOnly(Set<Frontend> frontends, Set<IpAddress> guarded) {
        Set<Frontend> kept = new HashSet<>(frontends);
        kept.addAll(slots.bound());
        remove(without(frontends().keySet(), kept));
        unguard(without(guarded(), guarded));
        slots.release().forEach(maps.listeners()::remove);
    }

    /**
     * Tells the kernel who is who; replaces what it was told before. The most specific block decides, then the interface,
     * else a client is outside. Who dials through the loopback interface is the node in any case.
     *
     * @param prefixes must have the node's own addresses: what the node dials there does not come in through loopback
     * @param interfaces by index, as {@code ip link} shows it
     */
    public void classify(Map<Cidr, SourceClass> prefixes, Map<Integer, SourceClass> interfaces) {
        replace(maps.prefixes(), prefixes);
        replace(maps.interfaces(), interfaces);
    }

    /** What a successor needs for {@link SocketLookups#takeOver}, in order; stays owned here. */
    public List<Integer> descriptors() {
        return Stream.concat(maps.all().stream().map(BpfMap::fd), Stream.of(link.fd()))
                .toList();
    }

    /**
     * As if {@link SocketLookups#attach(Path)} had made it: for what was taken over from a process that did not pin it, or
     * still lived.
     */
    public void pin(Path pins) {
        SocketLookupPins.below(pins).keep(link, maps);
    }

    /** Whether packets come by here still: nobody tells when somebody detaches the link. Any thread. */
    public boolean isAttached() {
        return link.namespace() != 0;
    }

    /** Attaches anew, with all entries, what somebody has detached. */
    public void attachAgain() {
        BpfLink former = link;
        link = SocketLookups.attach(maps);
        former.close();
    }

    /** Ends the attachment for all who have it: from now on packets go where they would without us. */
    public void detach() {
        link.detach();
    }

    BpfLink link() {
        return link;
    }

    private static <K, V> void replace(BpfMap<K, V> map, Map<K, V> elements) {
        map.putAll(elements);
        map.removeAll(without(map.elements().keySet(), elements.keySet()));
    }

    private static <T> List<T> without(Set<T> all, Set<T> kept) {
        List<T> rest = new ArrayList<>(all);
        rest.removeAll(kept);
        return rest;
    }

    /** Lets go of the kernel's objects; what is neither pinned nor handed over ends. */
    @Override
    public void close() {
        link.close();
        maps.close();
    }
}
