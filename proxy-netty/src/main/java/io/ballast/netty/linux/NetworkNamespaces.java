package io.ballast.netty.linux;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The network namespace of the calling thread. It belongs to the thread, not to the process: a thread keeps that of
 * its creator until it enters another. Thread-safe.
 */
public final class NetworkNamespaces {
    private static final int O_RDONLY_CLOEXEC = 0x80000;
    private static final int CLONE_NEWNET = 0x40000000;
    private static final Path CURRENT = Path.of("/proc/thread-self/ns/net");

    private NetworkNamespaces() {}

    /** The inode number of the calling thread's network namespace: the key for all that is kept outside of it. */
    public static long inode() {
        try {
            // The link reads "net:[4026531840]".
            String link = Files.readSymbolicLink(CURRENT).toString();
            return Long.parseLong(link.substring(link.indexOf('[') + 1, link.indexOf(']')));
        } catch (IOException e) {
            throw new UncheckedIOException("read " + CURRENT, e);
        }
    }

    /** Moves the calling thread into the namespace that the file (as of {@code ip netns}) names. */
    public static void enter(Path file) {
        LibC libc = SystemCalls.libc();
        int fd = SystemCalls.check(libc.open(file.toString(), O_RDONLY_CLOEXEC, 0), () -> "open " + file);
        try (Descriptor namespace = Descriptor.owning(fd, file.toString())) {
            SystemCalls.check(
                    libc.setns(namespace.number(), CLONE_NEWNET),
                    () -> "enter network namespace " + file,
                    Capability.SYS_ADMIN);
        }
    }
}
