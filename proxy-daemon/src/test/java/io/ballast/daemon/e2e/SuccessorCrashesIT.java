package io.ballast.daemon.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.ballast.core.testing.RequiresCommand;
import io.ballast.core.testing.RequiresFeature;
import io.ballast.core.testing.RequiresKernel;
import io.ballast.core.testing.RequiresRoot;
import io.ballast.netty.testing.Await;
import io.ballast.netty.testing.Machine;
import io.ballast.netty.testing.NftablesProbe;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a successor may do besides living long: die midway, die again and again, die after a change of mode. */
@RequiresRoot
@RequiresKernel("5.9")
@RequiresCommand({"ip", "nft", "nsenter", "unshare", "mount"})
@RequiresFeature(NftablesProbe.class)
class SuccessorCrashesIT {
    private static final int ROUNDS = 5;
    /** Threads that the JVM starts and ends as it likes. */
    private static final String OF_THE_JVM =
            "C[12] CompilerThre|GC Thread.*|G1 .*|Cleaner-.*|process reaper|ForkJoinPool.*|CompletableFutu.*";

    @RegisterExtension
    final Cluster cluster = Cluster.ofOneNode("web1", "client");

    @TempDir
    private Path pods;

    private final Machine client = cluster.machine("client");
    private SuccessorFixture pod;

    @BeforeEach
    void describeCluster() throws Exception {
        pod = new SuccessorFixture(cluster, pods);
    }

    @ParameterizedTest
    @ValueSource(strings = {"sk-lookup", "bind"})
    void theOldOneServesAgainThoughItDidNotStandByYet(String intercept) throws Exception {
        BallastProcess old = pod.launchOld(intercept);
        BallastProcess successor = pod.launchNew(intercept);
        Await.until("the successor took over", () -> successor.logged(SuccessorFixture.TOOK_OVER) > 0);

        successor.kill();

        pod.awaitService(old);
        assertThat(old.stop()).as(old.log()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"sk-lookup", "bind"})
    void theOldOneDrainsWhenItIsToldToEndWhileItServesAgain(String intercept) throws Exception {
        BallastProcess old = pod.launchOld(intercept);
        OpenConnection early = cluster.keep(OpenConnection.open(client, SuccessorFixture.CLUSTER_IP, 80));
        pod.takeOver(intercept, old, 1).kill();
        pod.awaitService(old);
        OpenConnection late = cluster.keep(OpenConnection.open(client, SuccessorFixture.CLUSTER_IP, 80));

        old.terminate();
        Await.until("both of its generations drain", () -> old.logged("Draining") == 2);

        early.assertAlive("which was there before the successor");
        late.assertAlive("which came after it");
        early.close();
        late.close();
        assertThat(old.awaitEnd()).as(old.log()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"sk-lookup", "bind"})
    void theOldOneLosesNothingToSuccessorsThatDieTimeAndAgain(String intercept) throws Exception {
        BallastProcess old = pod.launchOld(intercept);
        Map<String, Integer> threads = Map.of();
        Map<String, Integer> descriptors = Map.of();
        for (int round = 1; round <= ROUNDS; round++) {
            pod.takeOver(intercept, old, round).kill();
            pod.awaitService(old);
            int standing = round;
            Await.until("what has handed over has ended", () -> old.logged(" Ended") == standing);
            if (round == 2) {
                threads = threads(old);
                descriptors = descriptors(old);
            }
        }

        awaitNoMore("threads", threads, () -> threads(old));
        awaitNoMore("descriptors", descriptors, () -> descriptors(old));
        assertThat(old.stop()).as(old.log()).isZero();
    }

    @ParameterizedTest
    @CsvSource({"sk-lookup, bind", "bind, sk-lookup"})
    void theOldOneServesAgainAfterAChangeOfMode(String before, String after) throws Exception {
        BallastProcess old = pod.launchOld(before);
        for (int crash = 1; crash <= 2; crash++) {
            BallastProcess successor = pod.launchNew(after);
            Await.until("the successor took over", () -> successor.logged(SuccessorFixture.TOOK_OVER) > 0);
            pod.awaitStandingBy(old, crash);
            pod.awaitService(successor);

            successor.kill();

            pod.awaitService(old);
        }
        assertThat(old.stop()).as(old.log()).isZero();
    }

    private interface Count {
        Map<String, Integer> now() throws IOException;
    }

    private static void awaitNoMore(String what, Map<String, Integer> before, Count count) throws Exception {
        assertThat(before).isNotEmpty();
        try {
            Await.until("no more " + what, () -> exceeding(before, count.now()).isEmpty());
        } catch (AssertionError e) {
            throw new AssertionError("more " + what + " than after two rounds: " + exceeding(before, count.now()), e);
        }
    }

    private static Map<String, Integer> exceeding(Map<String, Integer> before, Map<String, Integer> now) {
        Map<String, Integer> more = new TreeMap<>();
        now.forEach((name, count) -> {
            int added = count - before.getOrDefault(name, 0);
            if (added > 0) {
                more.put(name, added);
            }
        });
        return more;
    }

    /** By name without its number. */
    private static Map<String, Integer> threads(BallastProcess process) throws IOException {
        Map<String, Integer> names = new TreeMap<>();
        for (Path task : entries(process, "task")) {
            try {
                String name = Files.readString(task.resolve("comm")).strip();
                if (!name.matches(OF_THE_JVM)) {
                    names.merge(name.replaceAll("[0-9]+", "#"), 1, Integer::sum);
                }
            } catch (NoSuchFileException e) {
                names.merge("one that has just ended", 1, Integer::sum);
            }
        }
        return names;
    }

    /** By kind. */
    private static Map<String, Integer> descriptors(BallastProcess process) throws IOException {
        Map<String, Integer> kinds = new TreeMap<>();
        for (Path descriptor : entries(process, "fd")) {
            try {
                String kind = Files.readSymbolicLink(descriptor).toString();
                kinds.merge(kind.replaceAll("[0-9]+", "#"), 1, Integer::sum);
            } catch (NoSuchFileException e) {
                kinds.merge("one that was just closed", 1, Integer::sum);
            }
        }
        return kinds;
    }

    private static List<Path> entries(BallastProcess process, String of) throws IOException {
        try (Stream<Path> entries = Files.list(Path.of("/proc", Long.toString(process.pid()), of))) {
            return entries.toList();
        }
    }
}
