package io.ballast.netty.linux;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/**
 * Kernel settings under /proc/sys. Names are those of sysctl(8); one with a dot inside a part, such as an interface's
 * name, is written with slashes: {@code net/ipv4/conf/eth0.100/rp_filter}. Those of the network belong to the calling
 * thread's network namespace. Stateless, thread-safe.
 */
public final class Sysctl {
    private static final Path ROOT = Path.of("/proc/sys");
    private static final int MOST_BYTES = 4096;

    private Sysctl() {}

    /** The value without the line's end, or empty where this kernel has no such setting. */
    public static Optional<String> read(String name) {
        // The kernel answers a number to one read only, and Files.readString asks an empty file for a single byte
        // first.
        try (InputStream file = Files.newInputStream(path(name))) {
            return Optional.of(new String(file.readNBytes(MOST_BYTES), StandardCharsets.UTF_8).strip());
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw failure("read sysctl " + name, e);
        }
    }

    public static void write(String name, String value) {
        try {
            // No truncation and one write: the kernel takes what a single write brings.
            Files.write(path(name), value.getBytes(StandardCharsets.UTF_8), StandardOpenOption.WRITE);
        } catch (IOException e) {
            throw failure("set sysctl " + name + "=" + value, e);
        }
    }

    private static Path path(String name) {
        String file = name.indexOf('/') >= 0 ? name : name.replace('.', '/');
        Path path = ROOT.resolve(file).normalize();
        if (file.startsWith("/") || !path.startsWith(ROOT)) {
            throw new IllegalArgumentException("not the name of a sysctl: " + name);
        }
        return path;
    }

    private static SysctlException failure(String operation, IOException cause) {
        String reason;
        if (cause instanceof NoSuchFileException) {
            reason = "this kernel has no such setting";
        } else if (cause instanceof AccessDeniedException) {
            reason = "permission denied; needs root";
        } else if (cause instanceof FileSystemException e && e.getReason() != null) {
            // "Read-only file system" is what a container without privileges sees.
            reason = e.getReason();
        } else {
            reason = String.valueOf(cause.getMessage());
        }
        return new SysctlException(operation + ": " + reason, cause);
    }

    /** A setting could not be read or changed; the message has the name, the value and the reason. Immutable. */
    public static final class SysctlException extends RuntimeException {
        SysctlException(String message, IOException cause) {
            super(message, cause);
        }
    }
}
