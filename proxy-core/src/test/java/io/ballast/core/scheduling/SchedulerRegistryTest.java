package io.ballast.core.scheduling;

import static io.ballast.core.scheduling.Balanced.endpoints;
import static io.ballast.core.scheduling.Balanced.lease;
import static io.ballast.core.scheduling.Balanced.number;
import static org.assertj.core.api.Assertions.assertThat;

import io.ballast.core.testing.ManualClock;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SchedulerRegistryTest {
    private static final String[] BUILT_IN = {"rr", "wrr", "lc", "wlc", "sh", "dh", "sed", "nq", "mh", "random", "p2c"};

    /** As a user would write it, from the Javadoc of Scheduler alone. */
    private static final String LAST = """
            import io.ballast.core.scheduling.*;
            import java.util.List;
            public class Last implements SchedulerProvider {
                public String name() { return "last"; }
                public Scheduler create(SchedulingContext context, List<Candidate> candidates) {
                    return new PickLast(candidates);
                }
                record PickLast(List<Candidate> candidates) implements Scheduler {
                    public Candidate pick(PickRequest request) {
                        Candidate last = null;
                        for (Candidate candidate : candidates) {
                            last = request.accepts(candidate) ? candidate : last;
                        }
                        return last;
                    }
                    public Scheduler rebuilt(List<Candidate> next) { return new PickLast(next); }
                }
            }
            """;

    /** Knows loads only as far as it was told of changes. */
    private static final String TOLD = """
            import io.ballast.core.scheduling.*;
            import java.util.List;
            public class Told implements SchedulerProvider {
                public String name() { return "told"; }
                public Scheduler create(SchedulingContext context, List<Candidate> candidates) {
                    return new LeastTold(candidates, new int[candidates.size()]);
                }
                record LeastTold(List<Candidate> candidates, int[] told) implements Scheduler {
                    public Candidate pick(PickRequest request) {
                        Candidate least = null;
                        for (Candidate each : candidates) {
                            boolean less = least == null || told[each.index()] < told[least.index()];
                            least = request.accepts(each) && less ? each : least;
                        }
                        return least;
                    }
                    public boolean isSerialized() { return true; }
                    public void loadChanged(Candidate candidate) { told[candidate.index()] = candidate.active(); }
                    public Scheduler rebuilt(List<Candidate> next) {
                        return new LeastTold(next, new int[next.size()]);
                    }
                }
            }
            """;

    private static final String PLUGIN = """
            import io.ballast.core.scheduling.*;
            import java.util.List;
            public class %1$s implements SchedulerProvider {
                public %1$s() { %2$s }
                public String name() { %3$s }
                public Scheduler create(SchedulingContext context, List<Candidate> candidates) {
                    throw new IllegalStateException("create fails");
                }
            }
            """;

    @TempDir
    private Path directory = Path.of("");

    private static URLClassLoader loader(Path... jars) throws IOException {
        URL[] urls = new URL[jars.length];
        for (int i = 0; i < jars.length; i++) {
            urls[i] = jars[i].toUri().toURL();
        }
        return new URLClassLoader(urls, SchedulerRegistryTest.class.getClassLoader());
    }

    @Test
    void findsTheBuiltInOnes() {
        SchedulerRegistry registry = SchedulerRegistry.load(getClass().getClassLoader());
        assertThat(registry.names()).containsExactlyInAnyOrder(BUILT_IN);
        assertThat(registry.names())
                .allMatch(name -> registry.provider(name).name().equals(name));
    }

    @Test
    void servesWithASchedulerFromAJarOutsideTheBuild() throws IOException {
        Path jar = PluginJar.build(directory, "last", Map.of("Last", LAST), "Last");
        try (URLClassLoader loader = loader(jar)) {
            SchedulerRegistry registry = SchedulerRegistry.load(loader);
            assertThat(registry.names()).contains("last").contains(BUILT_IN);
            AffinityTable affinity = new AffinityTable(10, new ManualClock());
            Balanced service = new Balanced(new SchedulingLoadBalancerFactory(registry, affinity, "node-1"))
                    .scheduler("last")
                    .cluster(endpoints(1, 2, 3));
            LoadBalancer balancer = service.create();
            assertThat(number(lease(balancer, 1))).isEqualTo(3);
            assertThat(number(lease(balancer, 1, Balanced.address(3)))).isEqualTo(2);
            service.cluster(endpoints(1, 4)).update(balancer);
            assertThat(number(lease(balancer, 1))).isEqualTo(4);
        }
    }

    @Test
    void tellsASerializedSchedulerEveryLoadFromTheStart() throws IOException {
        Path jar = PluginJar.build(directory, "told", Map.of("Told", TOLD), "Told");
        try (URLClassLoader loader = loader(jar)) {
            AffinityTable affinity = new AffinityTable(10, new ManualClock());
            Balanced service = new Balanced(
                            new SchedulingLoadBalancerFactory(SchedulerRegistry.load(loader), affinity, "node-1"))
                    .scheduler("lc")
                    .cluster(endpoints(1, 2, 3));
            LoadBalancer balancer = service.create();
            lease(balancer, 1);
            lease(balancer, 2);
            service.scheduler("told").update(balancer);
            Lease third = lease(balancer, 3);
            assertThat(number(third)).isEqualTo(3);
            assertThat(number(lease(balancer, 4))).isEqualTo(1);
            third.release();
            assertThat(number(lease(balancer, 5))).isEqualTo(3);
            service.cluster(endpoints(1, 2, 3, 4)).update(balancer);
            assertThat(number(lease(balancer, 6))).isEqualTo(4);
            assertThat(number(lease(balancer, 7))).isEqualTo(2);
        }
    }

    @Test
    void brokenPluginsHarmNobody() throws IOException {
        Path missing = PluginJar.build(directory, "missing", Map.of(), "NoSuchClass", "# comment", "bad name!");
        Path throwing = PluginJar.build(
                directory,
                "throwing",
                Map.of(
                        "Throws", PLUGIN.formatted("Throws", "if (true) throw new Error();", "return \"throws\";"),
                        "Nameless", PLUGIN.formatted("Nameless", "", "return null;"),
                        "Blank", PLUGIN.formatted("Blank", "", "return \" \";"),
                        "NoName", PLUGIN.formatted("NoName", "", "throw new IllegalStateException();"),
                        "Thief", PLUGIN.formatted("Thief", "", "return \"rr\";")),
                "Throws",
                "Nameless",
                "Blank",
                "NoName",
                "Thief",
                "java.lang.String");
        Path good = PluginJar.build(directory, "good", Map.of("Last", LAST), "Last");
        try (URLClassLoader loader = loader(missing, throwing, good)) {
            SchedulerRegistry registry = SchedulerRegistry.load(loader);
            assertThat(registry.names()).hasSize(BUILT_IN.length + 1).contains("last");
            assertThat(registry.provider("rr").getClass().getClassLoader())
                    .isEqualTo(SchedulerRegistry.class.getClassLoader());
        }
    }

    @Test
    void aPluginThatCannotCreateGetsTheDefaultInstead() throws IOException {
        Path jar = PluginJar.build(
                directory, "fails", Map.of("Fails", PLUGIN.formatted("Fails", "", "return \"fails\";")), "Fails");
        try (URLClassLoader loader = loader(jar)) {
            SchedulerRegistry registry = SchedulerRegistry.load(loader);
            AffinityTable affinity = new AffinityTable(10, new ManualClock());
            LoadBalancer balancer = new Balanced(new SchedulingLoadBalancerFactory(registry, affinity, "node-1"))
                    .scheduler("fails")
                    .cluster(endpoints(1, 2))
                    .create();
            assertThat(number(lease(balancer, 1)) + number(lease(balancer, 1))).isEqualTo(3);
        }
    }

    @Test
    void anUnknownNameMeansTheDefault() {
        SchedulerRegistry registry = SchedulerRegistry.load(getClass().getClassLoader());
        assertThat(registry.provider("no-such")).isEqualTo(registry.provider("rr"));
    }
}
