package io.ballast.netty.linux.bpf;

import io.ballast.netty.linux.Descriptor;
import io.ballast.netty.linux.Errno;
import io.ballast.netty.linux.SystemCalls;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A directory of a bpf file system, whose files keep maps and links alive without a process. Thread-safe.
 *
 * @param directory made when the first pin is; its file system must be mounted
 */
record BpfPins(Path directory) {

    private static final String FILE_SYSTEM = "bpf";

    /** Gives the object a name in the directory; one of the same name is let go. */
    void pin(int fd, String name) {
        Path path = prepare().resolve(name);
        unpin(name);
        try (BpfCall call = new BpfCall(BpfCommand.OBJ_PIN)) {
            call.string(0, path.toString()).u32(8, fd).run(() -> "pin " + path);
        }
    }

    /** A new descriptor of the pinned object, if there is one. */
    Optional<Descriptor> open(String name) {
        Path path = directory.resolve(name);
        try (BpfCall call = new BpfCall(BpfCommand.OBJ_GET).string(0, path.toString())) {
            long fd = call.attempt();
            if (fd >= 0) {
                return Optional.of(Descriptor.owning((int) fd, path.toString()));
            }
            int number = SystemCalls.errno();
            if (Errno.of(number) == Errno.ENOENT) {
                return Optional.empty();
            }
            throw BpfPrivileges.explain("open pinned " + path, number);
        }
    }

    void unpin(String name) {
        delete(directory.resolve(name));
    }

    /** Lets every pin go, that of the name last, and the directory. */
    void clear(String last) {
        if (!Files.isDirectory(directory)) {
            return;
        }
        try (Stream<Path> pins = Files.list(directory)) {
            pins.filter(pin -> !pin.endsWith(last)).forEach(BpfPins::delete);
        } catch (IOException e) {
            throw new UncheckedIOException("list pins in " + directory, e);
        }
        unpin(last);
        delete(directory);
    }

    /** Why nothing can be pinned in the directory, or empty: it is not, or would not be, on a bpf file system. */
    Optional<String> obstacle() {
        Path existing = directory;
        while (!Files.exists(existing) && existing.getParent() != null) {
            existing = existing.getParent();
        }
        try {
            String type = Files.getFileStore(existing).type();
            return type.equals(FILE_SYSTEM)
                    ? Optional.empty()
                    : Optional.of("cannot pin in " + directory + ": it is on a file system of type " + type
                            + ", not on a mounted bpf file system");
        } catch (IOException e) {
            throw new UncheckedIOException("tell the file system of " + existing, e);
        }
    }

    private Path prepare() {
        obstacle().ifPresent(obstacle -> {
            throw new IllegalStateException(obstacle);
        });
        try {
            return Files.createDirectories(directory);
        } catch (IOException e) {
            throw new UncheckedIOException("make directory for pins " + directory, e);
        }
    }

    /** Removes a directory unless there is something in it, or none. */
    static void deleteEmpty(Path directory) {
        try {
            Files.deleteIfExists(directory);
        } catch (DirectoryNotEmptyException e) {
            // Another network namespace's pins are in it.
        } catch (IOException e) {
            throw new UncheckedIOException("remove directory of pins " + directory, e);
        }
    }

    private static void delete(Path path) {
        try {
            Files.deleteIfExists(path);
        } catch (IOException e) {
            throw new UncheckedIOException("remove pin " + path, e);
        }
    }
}
