package io.ballast.netty.linux.bpf;

import io.ballast.netty.linux.NetworkNamespaces;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Where the socket lookup of each network namespace is pinned: {@code ROOT/INODE/}, since several nodes of a test may
 * share one bpf file system. The link is pinned first and let go last, so that pins without a link are never judged.
 */
final class SocketLookupPins {

    private static final String LINK = "link";

    private final Path root;
    private final long namespace;
    private final BpfPins pins;

    private SocketLookupPins(Path root, long namespace) {
        this.root = root;
        this.namespace = namespace;
        this.pins = new BpfPins(root.resolve(Long.toString(namespace)));
    }

    /** The pins of the calling thread's network namespace. */
    static SocketLookupPins below(Path root) {
        return new SocketLookupPins(root, NetworkNamespaces.inode());
    }

    boolean exist() {
        return Files.isDirectory(root.resolve(Long.toString(namespace)));
    }

    /** The link that an earlier process left working in this namespace; what it left otherwise is cleared away. */
    Optional<BpfLink> link() {
        Optional<BpfLink> link = pins.open(LINK).map(BpfLink::adopt);
        if (link.isPresent() && link.get().namespace() != namespace) {
            // Inode numbers are used again: these pins are of an earlier namespace of the same number.
            link.get().close();
            clear();
            return Optional.empty();
        }
        return link;
    }

    /** The maps that an earlier process left, each frontend refused until it is put anew. */
    SocketLookupMaps maps() {
        SocketLookupMaps maps = SocketLookupMaps.adopt(pins::open);
        try {
            maps.refuseAll();
            return maps;
        } catch (RuntimeException e) {
            maps.close();
            throw e;
        }
    }

    void keep(BpfLink link, SocketLookupMaps maps) {
        pins.pin(link.fd(), LINK);
        maps.all().forEach(map -> pins.pin(map.fd(), map.name()));
    }

    /** Detaches and removes what is pinned, also under a process that still uses it. */
    void clear() {
        pins.open(LINK).map(BpfLink::adopt).ifPresent(link -> {
            try (link) {
                link.detach();
            }
        });
        pins.clear(LINK);
        BpfPins.deleteEmpty(root);
    }

    /** Clears away what was left of namespaces that no longer exist. */
    void sweep() {
        if (!Files.isDirectory(root)) {
            return;
        }
        try (Stream<Path> directories = Files.list(root)) {
            directories.map(BpfPins::new).filter(SocketLookupPins::isDead).forEach(dead -> dead.clear(LINK));
        } catch (IOException e) {
            throw new UncheckedIOException("list pins in " + root, e);
        }
    }

    private static boolean isDead(BpfPins pins) {
        Optional<BpfLink> link = pins.open(LINK).map(BpfLink::adopt);
        try {
            return link.isPresent() && link.get().namespace() == 0;
        } finally {
            link.ifPresent(BpfLink::close);
        }
    }
}
