package io.ballast.daemon.config;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.slf4j.event.Level;

/** The checks of Ballast's own options. */
final class BallastRules {
    private static final Pattern LABEL_VALUE = Pattern.compile("[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?");
    private static final String DEFAULT_SCHEDULER = "rr";

    private final Settings settings;
    private final Checks checks;

    BallastRules(Settings settings, Problems problems) {
        this.settings = settings;
        this.checks = new Checks(settings, problems);
    }

    void check() {
        checks.requireRange(BallastFields.CONNECT_ATTEMPTS, 1, 10);
        checks.requireRange(BallastFields.EVENT_LOOPS, 0, 1024);
        checks.requireAtLeast(BallastFields.MAX_CONNECTIONS, 0);
        checks.requireAtLeast(BallastFields.MAX_AFFINITY_ENTRIES, 1);
        checks.requireAtLeast(BallastFields.CONNECT_TIMEOUT, Duration.ofMillis(1));
        checks.requireAtLeast(BallastFields.UDP_IDLE_TIMEOUT, Duration.ofMillis(1));
        checks.requireAtLeast(BallastFields.SHUTDOWN_GRACE, Duration.ZERO);
        String directory = settings.get(BallastFields.SOURCE_DIR);
        if (!directory.isEmpty() && !Files.isDirectory(Path.of(directory))) {
            checks.reject(BallastFields.SOURCE_DIR, "is not a directory; make it, or correct the path");
        }
        String proxyName = settings.get(BallastFields.SERVICE_PROXY_NAME);
        if (!proxyName.isEmpty() && !LABEL_VALUE.matcher(proxyName).matches()) {
            checks.reject(
                    BallastFields.SERVICE_PROXY_NAME,
                    "is not a label value; want at most 63 letters, digits, dashes, underscores and dots");
        }
    }

    /** The scheduler by rules 5 and 6 of the design; an unknown one of kube-proxy's is a warning, as IPVS has more. */
    String scheduler(Set<String> known, List<Notice> notices) {
        String own = settings.get(BallastFields.SCHEDULER);
        String choices = String.join(", ", new TreeSet<>(known));
        if (!own.isEmpty()) {
            if (!known.contains(own)) {
                checks.reject(BallastFields.SCHEDULER, "is not a scheduler; want one of " + choices);
            }
            return own;
        }
        String ipvs = settings.get(KubeProxyFields.IPVS_SCHEDULER);
        if (ipvs.isEmpty() || known.contains(ipvs)) {
            return ipvs.isEmpty() ? DEFAULT_SCHEDULER : ipvs;
        }
        notices.add(new Notice(
                Level.WARN,
                "Unknown scheduler, using rr; choose one with --scheduler",
                Map.of("option", settings.origin(KubeProxyFields.IPVS_SCHEDULER), "value", ipvs, "known", choices)));
        return DEFAULT_SCHEDULER;
    }
}
