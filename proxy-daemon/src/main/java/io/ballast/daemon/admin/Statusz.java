package io.ballast.daemon.admin;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.TreeMap;

/** {@code /statusz}, after Kubernetes' {@code component-base/zpages}. Stateless. */
final class Statusz {
    /** Go's {@code time.UnixDate}. */
    private static final DateTimeFormatter UNIX_DATE =
            DateTimeFormatter.ofPattern("EEE MMM ppd HH:mm:ss zzz yyyy", Locale.US);

    private static final String KUBERNETES = "1.36";

    private Statusz() {}

    static String status(DaemonStatus status, String facts, Instant now, ZoneId zone) {
        long seconds = Duration.between(status.startedAt(), now).toSeconds();
        StringBuilder out = ZPage.begin("statusz");
        line(out, "Started", UNIX_DATE.format(status.startedAt().atZone(zone)));
        line(
                out,
                "Up",
                String.format(Locale.ROOT, "%d hr %02d min %02d sec", seconds / 3600, seconds / 60 % 60, seconds % 60));
        line(out, "Java version", Runtime.version().toString());
        line(out, "Binary version", status.version());
        line(out, "Behaves as kube-proxy", KUBERNETES);
        line(out, "Node", status.nodeName());
        line(out, "Ready", status.ready() ? "yes" : "no");
        line(out, "Interceptor", status.interceptor());
        line(out, "Transport", status.transport());
        line(out, "Default scheduler", status.scheduler());
        out.append(facts);
        source(out, status.source());
        capabilities(out, status);
        return out.toString();
    }

    private static void source(StringBuilder out, DaemonStatus.SourceState source) {
        out.append("\nSource\n");
        line(out, "  Location", source.location());
        line(out, "  First lists read", source.synced() ? "yes" : "no");
        line(out, "  Following changes", source.connected() ? "yes" : "no, serving the last known state");
        new TreeMap<>(source.objects()).forEach((kind, count) -> line(out, "  " + kind, count.toString()));
        if (!source.detail().isEmpty()) {
            line(out, "  Detail", source.detail());
        }
    }

    private static void capabilities(StringBuilder out, DaemonStatus status) {
        out.append("\nCapabilities\n");
        for (DaemonStatus.FeatureState feature : status.capabilities()) {
            line(
                    out,
                    "  " + feature.feature(),
                    feature.available() ? "yes" : "no: " + feature.reason() + "; lost: " + feature.lost());
        }
        out.append("\nDegraded\n");
        status.degraded().forEach(feature -> out.append("  ").append(feature).append('\n'));
        if (status.degraded().isEmpty()) {
            out.append("  nothing\n");
        }
    }

    private static void line(StringBuilder out, String name, String value) {
        out.append(name).append(": ").append(value).append('\n');
    }
}
