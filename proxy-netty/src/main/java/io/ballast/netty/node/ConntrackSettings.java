package io.ballast.netty.node;

import io.ballast.netty.linux.Sysctl;
import io.ballast.netty.linux.Sysctl.SysctlException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * kube-proxy's settings of the host's connection tracking ({@code cmd/kube-proxy/app}, {@code setupConntrack}); zero, and
 * false, leave the kernel's value alone. Frontends need no conntrack entries, but the pods of a node rely on what
 * kube-proxy sets. <em>Immutable.</em>
 *
 * @param max entries of the table
 * @param tcpBeLiberal take packets outside of the window as part of their connection
 */
public record ConntrackSettings(
        int max,
        Duration tcpEstablishedTimeout,
        Duration tcpCloseWaitTimeout,
        boolean tcpBeLiberal,
        Duration udpTimeout,
        Duration udpStreamTimeout) {
    private static final Logger log = LoggerFactory.getLogger(ConntrackSettings.class);

    private static final String PREFIX = "net.netfilter.nf_conntrack_";
    private static final Path HASH_SIZE = Path.of("/sys/module/nf_conntrack/parameters/hashsize");
    private static final Path PROCESSORS = Path.of("/sys/devices/system/cpu");
    /** Where upstream stops counting cores. */
    private static final long MOST_ENTRIES = 1_048_576;

    private static final int ENTRIES_PER_BUCKET = 4;

    /** The size of the table that a number of entries for each of this host's cores makes, and {@code min} at least. */
    public static int tableSize(int maxPerCore, int min) {
        return tableSize(maxPerCore, min, processors());
    }

    static int tableSize(int maxPerCore, int min, int processors) {
        long scaled = (long) maxPerCore * processors;
        return scaled > MOST_ENTRIES ? (int) MOST_ENTRIES : scaled == 0 ? 0 : Math.max((int) scaled, min);
    }

    /** Of the host: a limit on this process's share of it does not make its table smaller. */
    private static int processors() {
        try (Stream<Path> directories = Files.list(PROCESSORS)) {
            int found = (int) directories
                    .filter(path -> path.getFileName().toString().matches("cpu\\d+"))
                    .count();
            return Math.max(found, Runtime.getRuntime().availableProcessors());
        } catch (IOException e) {
            return Runtime.getRuntime().availableProcessors();
        }
    }

    /**
     * Writes what differs, in the network namespace of the calling thread. Unlike kube-proxy goes on where that cannot be
     * done, with a line of the log for each setting that stays as it is.
     */
    public void apply() {
        if (Sysctl.read(PREFIX + "max").isEmpty()) {
            log.atInfo().log("Connection tracking (nf_conntrack) is not loaded, its settings are left alone");
            return;
        }
        if (max > 0) {
            set("max", max);
            growHashTable();
        }
        seconds("tcp_timeout_established", tcpEstablishedTimeout);
        seconds("tcp_timeout_close_wait", tcpCloseWaitTimeout);
        if (tcpBeLiberal) {
            set("tcp_be_liberal", 1);
        }
        seconds("udp_timeout", udpTimeout);
        seconds("udp_timeout_stream", udpStreamTimeout);
    }

    private static void seconds(String name, Duration timeout) {
        if (!timeout.isZero()) {
            set(name, timeout.toSeconds());
        }
    }

    private static void set(String name, long value) {
        String wanted = Long.toString(value);
        try {
            String present = Sysctl.read(PREFIX + name).orElse("");
            if (!present.equals(wanted)) {
                Sysctl.write(PREFIX + name, wanted);
                log.atInfo()
                        .addKeyValue("name", PREFIX + name)
                        .addKeyValue("before", present)
                        .addKeyValue("value", wanted)
                        .log("Changed a setting of connection tracking");
            }
        } catch (SysctlException e) {
            cannot(PREFIX + name, wanted, String.valueOf(e.getMessage()));
        }
    }

    /** The kernel sizes it once, for the number of entries that it then allows. */
    private void growHashTable() {
        int wanted = max / ENTRIES_PER_BUCKET;
        try {
            if (Files.exists(HASH_SIZE)
                    && Integer.parseInt(Files.readString(HASH_SIZE).strip()) < wanted) {
                Files.write(
                        HASH_SIZE,
                        Integer.toString(wanted).getBytes(StandardCharsets.US_ASCII),
                        StandardOpenOption.WRITE);
                log.atInfo()
                        .addKeyValue("name", HASH_SIZE)
                        .addKeyValue("value", wanted)
                        .log("Changed a setting of connection tracking");
            }
        } catch (IOException e) {
            cannot(HASH_SIZE.toString(), Integer.toString(wanted), e.toString());
        }
    }

    private static void cannot(String name, String value, String reason) {
        log.atWarn()
                .addKeyValue("name", name)
                .addKeyValue("value", value)
                .addKeyValue("reason", reason)
                .log("A setting of connection tracking stays as it is");
    }
}
