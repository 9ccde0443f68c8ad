package io.ballast.netty.linux.bpf;

import io.ballast.core.model.Cidr;
import io.ballast.core.model.Frontend;
import io.ballast.core.model.IpAddress;
import io.ballast.netty.linux.Descriptor;
import io.ballast.netty.linux.bpf.BpfMap.Shape;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * The memory that the socket lookup program shares with us. Owns the maps. Thread-safe as they are.
 *
 * @param frontends what becomes of packets for each (address, port, protocol)
 * @param guarded addresses that answer on their frontends' ports and nowhere else
 * @param prefixes the source classes of blocks of addresses
 * @param interfaces the source classes of those who come in through an interface, by its index
 * @param listeners the listening sockets; one that closes leaves by itself
 */
record SocketLookupMaps(
        BpfMap<Frontend, Steering> frontends,
        BpfMap<IpAddress, Integer> guarded,
        BpfMap<Cidr, SourceClass> prefixes,
        BpfMap<Integer, SourceClass> interfaces,
        BpfMap<Integer, Long> listeners)
        implements AutoCloseable {

    /** Sockets: every event loop's for TCP together count as one, UDP needs one a frontend. */
    static final int MOST_LISTENERS = 65_536;

    private static final Shape<Frontend, Steering> FRONTENDS = new Shape<>(
            BpfMapType.HASH, "ballast_front", 262_144, SocketLookupCodecs.FRONTEND, SocketLookupCodecs.STEERING);
    private static final Shape<IpAddress, Integer> GUARDED =
            new Shape<>(BpfMapType.HASH, "ballast_guard", 65_536, SocketLookupCodecs.ADDRESS, BpfCodec.U32);
    private static final Shape<Cidr, SourceClass> PREFIXES = new Shape<>(
            BpfMapType.LPM_TRIE, "ballast_prefix", 65_536, SocketLookupCodecs.PREFIX, SocketLookupCodecs.SOURCE_CLASS);
    private static final Shape<Integer, SourceClass> INTERFACES =
            new Shape<>(BpfMapType.HASH, "ballast_iface", 4_096, BpfCodec.U32, SocketLookupCodecs.SOURCE_CLASS);
    /** Values of 8 bytes: the kernel takes a descriptor and gives back the socket's cookie. */
    private static final Shape<Integer, Long> LISTENERS =
            new Shape<>(BpfMapType.SOCKMAP, "ballast_listen", MOST_LISTENERS, BpfCodec.U32, BpfCodec.U64);

    static SocketLookupMaps create() {
        return adopt(name -> Optional.empty());
    }

    /** Takes over those maps that {@code find} knows by name and that fit, and makes the others. */
    static SocketLookupMaps adopt(Function<String, Optional<Descriptor>> find) {
        Opening opening = new Opening(find, new ArrayList<>());
        try {
            return new SocketLookupMaps(
                    opening.map(FRONTENDS),
                    opening.map(GUARDED),
                    opening.map(PREFIXES),
                    opening.map(INTERFACES),
                    opening.map(LISTENERS));
        } catch (RuntimeException e) {
            opening.opened.forEach(BpfMap::close);
            throw e;
        }
    }

    /** Opens one map after the other and remembers them, so that all are closed when one cannot be had. */
    private record Opening(Function<String, Optional<Descriptor>> find, List<BpfMap<?, ?>> opened) {
        <K, V> BpfMap<K, V> map(Shape<K, V> shape) {
            BpfMap<K, V> map = find.apply(shape.name())
                    .flatMap(descriptor -> BpfMap.adopt(descriptor, shape))
                    .orElseGet(() -> BpfMap.create(shape));
            opened.add(map);
            return map;
        }
    }

    /** Entries of another process name listeners by numbers that mean nothing to us, and may come to mean others. */
    void refuseAll() {
        Map<Frontend, Steering> refused = new HashMap<>();
        frontends.elements().keySet().forEach(frontend -> refused.put(frontend, Steering.refuse()));
        frontends.putAll(refused);
    }

    /** The names of {@link #all}, in order. */
    static List<String> names() {
        return Stream.of(FRONTENDS, GUARDED, PREFIXES, INTERFACES, LISTENERS)
                .map(Shape::name)
                .toList();
    }

    List<BpfMap<?, ?>> all() {
        return List.of(frontends, guarded, prefixes, interfaces, listeners);
    }

    @Override
    public void close() {
        all().forEach(BpfMap::close);
    }
}
