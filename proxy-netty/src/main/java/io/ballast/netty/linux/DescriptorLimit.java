package io.ballast.netty.linux;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How many descriptors this process may have, and how many of them relaying leaves to everything else: probes and the
 * admin server, the API server's connection, configuration files, classes. <em>Immutable.</em>
 *
 * <p>The kernel hands out the lowest free number, so a number tells how scarce descriptors are without counting them.
 */
public record DescriptorLimit(int limit) {
    private static final Path LIMITS = Path.of("/proc/self/limits");
    private static final Pattern OPEN_FILES = Pattern.compile("Max open files\\s+(\\d+).*");
    private static final int SMALLEST_RESERVE = 32;
    private static final int LARGEST_RESERVE = 2048;
    private static final int RESERVED_SHARE = 8;

    /** No limit is known. */
    public static final DescriptorLimit UNKNOWN = new DescriptorLimit(Integer.MAX_VALUE);

    /** That of this process; the virtual machine raised it as far as it may when it started. */
    public static DescriptorLimit ofThisProcess() {
        try {
            return parse(Files.readAllLines(LIMITS));
        } catch (IOException e) {
            return UNKNOWN;
        }
    }

    static DescriptorLimit parse(List<String> limits) {
        for (String line : limits) {
            Matcher matcher = OPEN_FILES.matcher(line);
            if (matcher.matches()) {
                return new DescriptorLimit((int) Math.min(Long.parseLong(matcher.group(1)), Integer.MAX_VALUE));
            }
        }
        return UNKNOWN;
    }

    /** How many relaying leaves. */
    public int reserve() {
        return Math.max(SMALLEST_RESERVE, Math.min(LARGEST_RESERVE, limit / RESERVED_SHARE));
    }

    /** How many descriptors may be listening sockets, so that connections have some, too. */
    public int mostListening() {
        return (int) ((limit - reserve()) * 3L / 4);
    }

    /** Whether this number, just handed out, means that what is left is not for relaying. */
    public boolean isReserved(int descriptor) {
        return descriptor >= limit - reserve();
    }
}
