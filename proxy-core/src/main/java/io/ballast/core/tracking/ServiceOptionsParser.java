package io.ballast.core.tracking;

import io.ballast.core.model.EndpointRemoval;
import io.ballast.core.model.ProxyProtocol;
import io.ballast.core.model.ServiceOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Reads what a Service's annotations ask of Ballast. <em>Confined to the sync thread.</em>
 *
 * <p>Several annotations may name a scheduler, because other proxies have theirs; the first that names a known one wins.
 */
final class ServiceOptionsParser {
    /** In order of precedence, but for Cilium's, which has words of its own and comes last. */
    private static final List<String> SCHEDULER_ANNOTATIONS = List.of(
            "service.beta.kubernetes.io/ipvs-scheduler",
            AnnotationReader.PREFIX + "scheduler",
            "kube-router.io/service.scheduler");

    private static final String CILIUM_ANNOTATION = "service.cilium.io/lb-algorithm";
    private static final Map<String, String> CILIUM_WORDS =
            Map.of("random", "random", "maglev", "mh", "least-connection", "lc", "round-robin", "rr");

    private static final List<String> OWN = List.of(
            "scheduler",
            "connect-timeout",
            "connect-attempts",
            "endpoint-removal",
            "drain-timeout",
            "idle-timeout",
            "max-connections",
            "max-connections-per-endpoint",
            "max-connection-age",
            "proxy-protocol",
            "source-ranges-scope");

    private static final Duration SHORTEST = Duration.ofMillis(1);
    private static final Duration LONGEST_CONNECT = Duration.ofHours(1);
    private static final Duration LONGEST = Duration.ofDays(365);
    private static final int MOST_ATTEMPTS = 10;
    private static final int MOST_CONNECTIONS = 999_999_999;

    private final ServiceOptions defaults;
    private final Predicate<String> knownSchedulers;

    /**
     * @param defaults for a Service without annotations
     */
    ServiceOptionsParser(ServiceOptions defaults, Predicate<String> knownSchedulers) {
        this.defaults = defaults;
        this.knownSchedulers = knownSchedulers;
    }

    ServiceOptions parse(Map<String, String> annotations, Consumer<Problem> problems) {
        if (annotations.isEmpty()) {
            return defaults;
        }
        AnnotationReader reader = new AnnotationReader(annotations, problems);
        reportUnknown(annotations, reader);
        // Zero switches a connection's idle timeout off. A UDP session knows no other end, so it keeps the default.
        Duration idle = reader.duration("idle-timeout", Duration.ZERO, LONGEST, defaults.idleTimeout());
        boolean forUdp = reader.text(AnnotationReader.PREFIX + "idle-timeout") != null && !idle.isZero();
        return new ServiceOptions(
                scheduler(reader),
                reader.duration("connect-timeout", SHORTEST, LONGEST_CONNECT, defaults.connectTimeout()),
                reader.integer("connect-attempts", 1, MOST_ATTEMPTS, defaults.connectAttempts()),
                endpointRemoval(reader),
                reader.duration("drain-timeout", Duration.ZERO, LONGEST, defaults.drainTimeout()),
                idle,
                forUdp ? idle : defaults.udpIdleTimeout(),
                reader.integer("max-connections", 0, MOST_CONNECTIONS, defaults.maxConnections()),
                reader.integer(
                        "max-connections-per-endpoint", 0, MOST_CONNECTIONS, defaults.maxConnectionsPerEndpoint()),
                reader.duration("max-connection-age", Duration.ZERO, LONGEST, defaults.maxConnectionAge()),
                proxyProtocol(reader),
                sourceRangesGuardAllExternal(reader));
    }

    private static void reportUnknown(Map<String, String> annotations, AnnotationReader reader) {
        List<String> unknown = new ArrayList<>(0);
        for (String key : annotations.keySet()) {
            if (key.startsWith(AnnotationReader.PREFIX)
                    && !OWN.contains(key.substring(AnnotationReader.PREFIX.length()))) {
                unknown.add(key);
            }
        }
        unknown.stream()
                .sorted()
                .forEach(key -> reader.problem(
                        Problem.ANNOTATION,
                        "Annotation " + Problem.shortened(key) + " is not known and has no effect. Known after "
                                + AnnotationReader.PREFIX + ": " + String.join(", ", OWN) + "."));
    }

    private String scheduler(AnnotationReader reader) {
        for (String key : SCHEDULER_ANNOTATIONS) {
            String name = reader.text(key);
            if (name != null) {
                if (knownSchedulers.test(name)) {
                    return name;
                }
                unknownScheduler(reader, key, name, "a scheduler, such as rr, wrr, lc, wlc, sh, mh or p2c");
            }
        }
        String word = reader.text(CILIUM_ANNOTATION);
        if (word == null) {
            return defaults.scheduler();
        }
        String name = CILIUM_WORDS.getOrDefault(word, "");
        if (knownSchedulers.test(name)) {
            return name;
        }
        unknownScheduler(reader, CILIUM_ANNOTATION, word, "random, maglev, least-connection or round-robin");
        return defaults.scheduler();
    }

    private static void unknownScheduler(AnnotationReader reader, String key, String value, String want) {
        reader.problem(
                Problem.SCHEDULER,
                "Annotation " + key + ": " + Problem.quoted(value) + " is not " + want + ". The next rule applies.");
    }

    private EndpointRemoval endpointRemoval(AnnotationReader reader) {
        List<String> words = List.of("keep", "drain", "reset");
        int fallback = defaults.endpointRemoval().ordinal();
        return EndpointRemoval.values()[reader.word("endpoint-removal", words, fallback)];
    }

    private @Nullable ProxyProtocol proxyProtocol(AnnotationReader reader) {
        ProxyProtocol set = defaults.proxyProtocol();
        int version = reader.word("proxy-protocol", List.of("v1", "v2"), set == null ? -1 : set.ordinal());
        return version < 0 ? null : ProxyProtocol.values()[version];
    }

    private boolean sourceRangesGuardAllExternal(AnnotationReader reader) {
        int fallback = defaults.sourceRangesGuardAllExternal() ? 1 : 0;
        return reader.word("source-ranges-scope", List.of("loadbalancer", "external"), fallback) == 1;
    }
}
