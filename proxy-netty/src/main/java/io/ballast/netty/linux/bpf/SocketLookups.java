package io.ballast.netty.linux.bpf;

import io.ballast.netty.linux.Descriptor;
import io.ballast.netty.linux.Errno;
import io.ballast.netty.linux.SystemCallException;
import io.ballast.netty.linux.SystemCalls;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The ways to come by a {@link SocketLookup} in the network namespace of the calling thread, and to be rid of one; each
 * closes all it opened when it fails. Stateless.
 */
public final class SocketLookups {

    private SocketLookups() {}

    /** Why this kernel or these privileges do not allow socket lookup, or empty: tried by attaching for a moment. */
    public static Optional<String> unavailability() {
        Optional<String> noNativeCalls = SystemCalls.unavailability();
        if (noNativeCalls.isPresent()) {
            return noNativeCalls;
        }
        try (SocketLookup probe = attach()) {
            return probe.isAttached() ? Optional.empty() : Optional.of("the network namespace is going away");
        } catch (SystemCallException e) {
            boolean unknown = e.errno() == Errno.EINVAL || e.errno() == Errno.ENOSYS;
            return Optional.of(e.getMessage() + (unknown ? "; needs Linux 5.9" : ""));
        } catch (BpfVerifierException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }

    /** Why {@link #attach(Path)} could not keep anything there, or empty; {@link #attach()} may work all the same. */
    public static Optional<String> pinsUnavailability(Path pins) {
        return new BpfPins(pins).obstacle();
    }

    /** Attaches for as long as this object or a descriptor handed over is open. */
    public static SocketLookup attach() {
        return open(SocketLookupMaps.create(), null);
    }

    /**
     * Attaches for good, until {@link #uninstall}: after the death of this process its frontends are refused and
     * guarded addresses stay guarded. Takes over what such a process left, with each frontend refused until it is put
     * anew; {@link SocketLookup#retainOnly} then ends the takeover. Whoever still lives hands over instead: this would
     * cut it off.
     *
     * @param root a directory on a mounted bpf file system, made if need be; shared by network namespaces
     */
    public static SocketLookup attach(Path root) {
        SocketLookupPins pins = SocketLookupPins.below(root);
        pins.sweep();
        BpfLink left = pins.link().orElse(null);
        SocketLookupMaps maps = left == null ? SocketLookupMaps.create() : pins.maps();
        SocketLookup lookup = open(maps, left);
        try {
            pins.keep(lookup.link(), maps);
            return lookup;
        } catch (RuntimeException e) {
            lookup.close();
            throw e;
        }
    }

    /**
     * Goes on with what another process handed over, without an interruption: its entries and listeners work on until
     * {@link SocketLookup#retainOnly}.
     *
     * @param descriptors as {@link SocketLookup#descriptors} gave them; owned by the result from now on
     */
    public static SocketLookup takeOver(List<Descriptor> descriptors) {
        List<String> names = SocketLookupMaps.names();
        if (descriptors.size() != names.size() + 1) {
            throw new IllegalArgumentException("Expected " + (names.size() + 1) + " descriptors, not " + descriptors);
        }
        Map<String, Descriptor> byName = new HashMap<>();
        for (int index = 0; index < names.size(); index++) {
            byName.put(names.get(index), descriptors.get(index));
        }
        SocketLookupMaps maps = SocketLookupMaps.adopt(name -> Optional.ofNullable(byName.get(name)));
        return open(maps, BpfLink.adopt(descriptors.get(names.size())));
    }

    /**
     * Removes what {@link #attach(Path)} left in the network namespace of the calling thread; none is fine too. A
     * process that still uses it steers nothing any more.
     */
    public static void uninstall(Path pins) {
        SocketLookupPins here = SocketLookupPins.below(pins);
        here.sweep();
        here.clear();
    }

    /** Whether {@link #attach(Path)} left anything in the network namespace of the calling thread. Needs no privileges. */
    public static boolean isPinned(Path pins) {
        return SocketLookupPins.below(pins).exist();
    }

    static BpfLink attach(SocketLookupMaps maps) {
        try (BpfProgram program = SocketLookupProgram.load(maps)) {
            return BpfLink.attach(program);
        }
    }

    /** Puts our program on the maps: in the place of the link's, or attached anew. */
    private static SocketLookup open(SocketLookupMaps maps, @Nullable BpfLink existing) {
        try (BpfProgram program = SocketLookupProgram.load(maps)) {
            if (existing == null) {
                return new SocketLookup(maps, BpfLink.attach(program));
            }
            existing.update(program);
            return new SocketLookup(maps, existing);
        } catch (RuntimeException e) {
            maps.close();
            if (existing != null) {
                existing.close();
            }
            throw e;
        }
    }
}
