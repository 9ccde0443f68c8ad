package io.ballast.daemon.metrics;

import com.sun.management.UnixOperatingSystemMXBean;
import io.ballast.daemon.http.BodySource;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The {@code process_*} families of Prometheus' client libraries, from the JVM and {@code /proc}. Stateless. */
final class ProcessMetrics implements MetricSource {
    private static final Logger log = LoggerFactory.getLogger(ProcessMetrics.class);
    private static final Path STATUS = Path.of("/proc/self/status");
    private static final double NANOS_PER_SECOND = 1e9;
    private static final double MILLIS_PER_SECOND = 1e3;
    private static final long BYTES_PER_KILOBYTE = 1024;

    @Override
    public BodySource read() {
        return MetricSource.inOnePiece(ProcessMetrics::write).read();
    }

    private static void write(StringBuilder out) {
        single(
                out,
                MetricNames.PROCESS_START,
                ManagementFactory.getRuntimeMXBean().getStartTime() / MILLIS_PER_SECOND);
        if (ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean system) {
            single(out, MetricNames.PROCESS_CPU, system.getProcessCpuTime() / NANOS_PER_SECOND);
            descriptors(out, system);
        }
        for (String line : statusLines()) {
            if (line.startsWith("VmRSS:")) {
                single(out, MetricNames.PROCESS_RESIDENT, (double) bytes(line));
            } else if (line.startsWith("VmSize:")) {
                single(out, MetricNames.PROCESS_VIRTUAL, (double) bytes(line));
            }
        }
    }

    /** To count them takes one: a scrape when there is none left must not fail. */
    private static void descriptors(StringBuilder out, UnixOperatingSystemMXBean system) {
        double limit = (double) system.getMaxFileDescriptorCount();
        double open = limit;
        try {
            open = (double) system.getOpenFileDescriptorCount();
        } catch (InternalError e) {
            log.atDebug().setCause(e).log("Open descriptors cannot be counted, so all are taken");
        }
        single(out, MetricNames.PROCESS_OPEN_FDS, open);
        single(out, MetricNames.PROCESS_MAX_FDS, limit);
    }

    private static List<String> statusLines() {
        try {
            return Files.readAllLines(STATUS);
        } catch (IOException e) {
            log.atDebug().setCause(e).log("Memory of the process is unknown");
            return List.of();
        }
    }

    /** Of {@code VmRSS:     98304 kB}. */
    private static long bytes(String line) {
        String digits = line.replaceAll("\\D", "");
        return Long.parseLong(digits) * BYTES_PER_KILOBYTE;
    }

    private static void single(StringBuilder out, MetricFamily family, double value) {
        Exposition.header(out, family);
        Exposition.sample(out, family, "", value);
    }
}
