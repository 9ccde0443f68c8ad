package io.ballast.netty.linux.bpf;

import io.ballast.netty.linux.Descriptor;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The ways to come by a {@link SocketLookup}; each closes all it opened when it fails. */
final class SocketLookupOpening {

    private SocketLookupOpening() {}

    static SocketLookup fresh() {
        return open(SocketLookupMaps.create(), null);
    }

    static SocketLookup pinned(Path root) {
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

    static SocketLookup handedOver(List<Descriptor> descriptors) {
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
