package io.ballast.daemon.manifest;

import static io.ballast.daemon.testing.ApiObjects.name;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ballast.core.model.NamespacedName;
import io.ballast.daemon.source.ObjectProblem;
import io.ballast.daemon.source.Selectors;
import io.ballast.daemon.testing.ApiObjects;
import io.ballast.daemon.testing.Await;
import io.ballast.daemon.testing.LogCapture;
import io.ballast.daemon.testing.Recorded;
import io.ballast.daemon.testing.RecordingSink;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ManifestSourceIT {
    /** Only events make it look; nothing here is found by looking again. */
    private static final WatchDelays BY_EVENTS =
            new WatchDelays(Duration.ofMillis(20), Duration.ofMillis(200), Duration.ofHours(1));

    @TempDir
    Path directory;

    @TempDir
    Path elsewhere;

    private final RecordingSink sink = new RecordingSink();
    private final List<ObjectProblem> problems = new CopyOnWriteArrayList<>();
    private final LogCapture log = new LogCapture(ManifestLog.class);
    private @Nullable ManifestSource source;

    private ManifestSource start(WatchDelays delays) throws IOException {
        ManifestSource started =
                ManifestSource.open(directory, new Selectors("worker-1", ""), sink, problems::add, delays);
        source = started;
        started.start();
        Await.until("first scan", () -> started.status().synced());
        return started;
    }

    private ManifestSource start() throws IOException {
        return start(BY_EVENTS);
    }

    @AfterEach
    void stop() {
        log.close();
        if (source != null) {
            source.close();
        }
    }

    private static String service(String name, String clusterIp) {
        return """
                apiVersion: v1
                kind: Service
                metadata: {name: %s, namespace: shop}
                spec:
                  clusterIP: %s
                  ports: [{name: http, port: 80}]
                """.formatted(name, clusterIp);
    }

    private void write(String file, String content) throws IOException {
        Files.writeString(directory.resolve(file), content);
    }

    private void awaitServices(String... names) {
        Set<NamespacedName> expected =
                Arrays.stream(names).map(ApiObjects::name).collect(Collectors.toSet());
        Await.until(expected + " are served", () -> sink.services().keySet().equals(expected));
    }

    @Test
    void deliversTheFilesThatAreThereAndThenSaysSo() throws IOException {
        write("a.yaml", service("a", "10.96.0.1") + "---\n" + service("b", "10.96.0.2"));
        write("slice.json", ApiObjects.slice("a-1", "a", "127.0.0.2").toPrettyString());
        write("node.yml", ApiObjects.node("worker-1").toString());
        write("other-node.yml", ApiObjects.node("worker-2").toString());
        write("notes.txt", "not a manifest");

        ManifestSource started = start();

        assertThat(sink.services()).containsOnlyKeys(name("a"), name("b"));
        assertThat(sink.slice("a-1").endpoints()).hasSize(1);
        assertThat(sink.nodes()).containsOnlyKeys("worker-1");
        assertThat(sink.calls()).endsWith("services synced", "endpointslices synced", "node synced");
        assertThat(problems).isEmpty();
        assertThat(started.status().resources())
                .extracting(resource -> resource.name() + " " + resource.objects())
                .containsExactly("services 2", "endpointslices 1", "nodes 1");
        assertThat(started.status().connected()).isTrue();
    }

    @Test
    void followsCreationChangeRenameAndDeletion() throws IOException {
        start();
        write("a.yaml", service("a", "10.96.0.1"));
        awaitServices("a");

        write("a.yaml", service("a", "10.96.0.9"));
        Await.until("changed", () -> sink.service("a").clusterIp().equals("10.96.0.9"));

        int before = sink.calls().size();
        Files.move(directory.resolve("a.yaml"), directory.resolve("z.yaml"));
        write("b.yaml", service("b", "10.96.0.2"));
        awaitServices("a", "b");
        assertThat(sink.calls().subList(before, sink.calls().size())).containsExactly("upsert Service shop/b");

        Files.delete(directory.resolve("z.yaml"));
        awaitServices("b");
        Files.move(directory.resolve("b.yaml"), directory.resolve("b.yaml.off"));
        awaitServices();
    }

    @Test
    void deletesBeforeItCreatesWhenAServiceIsRenamed() throws IOException {
        write("a.yaml", service("old", "10.96.0.1"));
        start();

        write("a.yaml", service("new", "10.96.0.1"));
        awaitServices("new");

        assertThat(sink.calls()).endsWith("delete Service shop/old", "upsert Service shop/new");
    }

    @Test
    void seesAFileThatReplacesAnother() throws IOException {
        write("a.yaml", service("a", "10.96.0.1"));
        start();
        Path written = Files.writeString(elsewhere.resolve("new"), service("b", "10.96.0.2"));

        Files.move(written, directory.resolve("a.yaml"), StandardCopyOption.ATOMIC_MOVE);

        awaitServices("b");
    }

    @Test
    void keepsTheLastGoodObjectsOfABrokenFileAndRecovers() throws IOException {
        write("a.yaml", service("a", "10.96.0.1"));
        ManifestSource started = start();

        write("a.yaml", "apiVersion: v1\nkind: Service\nspec: {ports: [\n");
        Await.until("told", () -> !log.lines().isEmpty());
        write("b.yaml", service("b", "10.96.0.2"));
        awaitServices("a", "b");

        assertThat(log.lines())
                .singleElement()
                .asString()
                .startsWith("WARN Manifest cannot be read; its last good objects stay")
                .contains("a.yaml:", "not YAML", "remedy=");
        assertThat(started.status().lastError()).contains("a.yaml:4");
        write("a.yaml", service("c", "10.96.0.3"));
        awaitServices("b", "c");
        Await.until("recovery told", () -> log.lines().size() == 2);
        assertThat(log.lines().get(1)).startsWith("INFO Manifest can be read again");
        assertThat(started.status().lastError()).isEmpty();
    }

    @Test
    void losesNothingWhileAFileIsWrittenInPieces() throws IOException {
        String whole = service("a", "10.96.0.1") + "---\n" + service("b", "10.96.0.2");
        write("a.yaml", whole);
        start();
        int begin = sink.calls().size();
        int cut = whole.indexOf("spec:");

        write("a.yaml", whole.substring(0, cut));
        Await.until("the half was looked at", () -> !problems.isEmpty());
        Files.writeString(directory.resolve("a.yaml"), whole.substring(cut), StandardOpenOption.APPEND);
        write("c.yaml", service("c", "10.96.0.3"));
        awaitServices("a", "b", "c");

        assertThat(sink.calls().subList(begin, sink.calls().size())).containsExactly("upsert Service shop/c");
    }

    @Test
    void skipsABadObjectAndServesTheOthersOfItsFile() throws IOException {
        write(
                "a.yaml",
                service("a", "10.96.0.1") + "---\nkind: Service\nmetadata: {name: bad, namespace: shop}\n---\n"
                        + "metadata: {name: what}\n---\n"
                        + service("b", "10.96.0.2").replace("80", "http"));

        start();

        assertThat(sink.services()).containsOnlyKeys(name("a"), name("b"));
        assertThat(problems)
                .extracting(ObjectProblem::message)
                .containsExactly(
                        "a.yaml:8 (document 2): spec is missing: write spec.clusterIP and spec.ports. The Service is skipped.",
                        "a.yaml:11 (document 3): kind is missing: write Service, EndpointSlice or Node. The object is skipped.",
                        "a.yaml:13 (document 4): spec.ports[0].port is \"http\": write a number from 1 to 65535 without quotes."
                                + " The port is not served.");
    }

    @Test
    void usesTheFirstOfTwoFilesWithTheSameObjectAndSaysSo() throws IOException {
        write("b.yaml", service("a", "10.96.0.2"));
        write("a.yaml", service("a", "10.96.0.1"));
        start();
        assertThat(sink.service("a").clusterIp()).isEqualTo("10.96.0.1");
        assertThat(problems)
                .containsExactly(
                        new ObjectProblem(
                                "Service",
                                "shop/a",
                                name("a"),
                                "b.yaml:1 (document 1): the same Service is in a.yaml:1 (document 1), which is used: remove one of them."));

        write("c.yaml", service("c", "10.96.0.3"));
        awaitServices("a", "c");
        assertThat(problems).hasSize(1);
        Files.delete(directory.resolve("a.yaml"));
        Await.until("the other takes over", () -> sink.service("a").clusterIp().equals("10.96.0.2"));
        assertThat(sink.calls()).noneMatch(call -> call.startsWith("delete"));
    }

    @Test
    void appliesTheSelectorsOfTheApi() throws IOException {
        write("a.yaml", service("a", "10.96.0.1"));
        write("slice.json", ApiObjects.slice("a-1", "a", "10.0.0.1").toString());
        start();

        write(
                "a.yaml",
                service("a", "10.96.0.1")
                        .replace(
                                "namespace: shop",
                                "namespace: shop, labels: {service.kubernetes.io/service-proxy-name: x}"));
        write(
                "slice.json",
                ApiObjects.labelled(ApiObjects.slice("a-1", "a", "10.0.0.1"), "service.kubernetes.io/headless", "")
                        .toString());
        Await.until(
                "both gone", () -> sink.services().isEmpty() && sink.slices().isEmpty());
        write("a.yaml", service("a", "None"));
        write("b.yaml", service("b", "10.96.0.2"));
        awaitServices("b");
    }

    @Test
    void ignoresOtherKindsAndSaysSoOnce() throws IOException {
        try (LogCapture mapping = new LogCapture(ManifestLog.class)) {
            write("a.yaml", service("a", "10.96.0.1"));
            write("b.yaml", "apiVersion: apps/v1\nkind: Deployment\n---\napiVersion: apps/v1\nkind: Deployment\n");
            write("c.yaml", "apiVersion: serving.knative.dev/v1\nkind: Service\nmetadata: {name: x}\n");
            start();

            assertThat(sink.services()).containsOnlyKeys(name("a"));
            assertThat(mapping.lines())
                    .hasSize(2)
                    .allMatch(line -> line.startsWith("INFO Objects of this kind are ignored"));
            assertThat(problems).isEmpty();
        }
    }

    @Test
    void followsAMountedConfigMap() throws IOException {
        Path first = Files.createDirectory(directory.resolve("..2026_1"));
        Files.writeString(first.resolve("a.yaml"), service("a", "10.96.0.1"));
        Path data = Files.createSymbolicLink(directory.resolve("..data"), Path.of("..2026_1"));
        Files.createSymbolicLink(directory.resolve("a.yaml"), Path.of("..data/a.yaml"));
        start();
        assertThat(sink.services()).containsOnlyKeys(name("a"));

        Path second = Files.createDirectory(directory.resolve("..2026_2"));
        Files.writeString(second.resolve("a.yaml"), service("b", "10.96.0.2"));
        Path swap = Files.createSymbolicLink(directory.resolve("..data_tmp"), Path.of("..2026_2"));
        Files.move(swap, data, StandardCopyOption.ATOMIC_MOVE);

        awaitServices("b");
    }

    @Test
    void findsAChangeBehindALinkWithoutAnEvent() throws IOException {
        Path target = Files.writeString(elsewhere.resolve("target"), service("a", "10.96.0.1"));
        Files.createSymbolicLink(directory.resolve("a.yaml"), target);
        start(new WatchDelays(Duration.ofMillis(20), Duration.ofMillis(200), Duration.ofMillis(50)));
        assertThat(sink.services()).containsOnlyKeys(name("a"));

        Files.writeString(target, service("b", "10.96.0.2"));
        awaitServices("b");
    }

    @Test
    void keepsItsObjectsWhenTheDirectoryGoesAndFollowsTheNextOne() throws IOException {
        write("a.yaml", service("a", "10.96.0.1"));
        ManifestSource started =
                start(new WatchDelays(Duration.ofMillis(20), Duration.ofMillis(200), Duration.ofMillis(50)));
        Path moved = directory.resolveSibling(directory.getFileName() + "-moved");
        Files.move(directory, moved);
        Await.until("loss is known", () -> !started.status().connected());
        assertThat(sink.services()).containsOnlyKeys(name("a"));
        assertThat(started.status().lastError()).contains("cannot be read");

        Files.createDirectory(directory);
        write("b.yaml", service("b", "10.96.0.2"));
        awaitServices("b");
        assertThat(started.status().connected()).isTrue();
        Files.delete(moved.resolve("a.yaml"));
        Files.delete(moved);
    }

    @Test
    void losesNoChangeOfMany() throws IOException {
        start();
        for (int i = 0; i < 400; i++) {
            write("a.yaml", service("a", "10.96.1." + i % 250));
            write("b-" + i + ".yaml", service("b-" + i, "10.96.0.1"));
            if (i % 2 == 0) {
                Files.delete(directory.resolve("b-" + i + ".yaml"));
            }
        }
        write("a.yaml", service("a", "10.96.9.9"));

        Await.until(
                "final state",
                () -> sink.services().size() == 201
                        && sink.service("a").clusterIp().equals("10.96.9.9"));
    }

    @Test
    void refusesADirectoryThatIsNone() throws IOException {
        Path file = Files.writeString(elsewhere.resolve("file"), "");
        Selectors selectors = new Selectors("worker-1", "");

        assertThatThrownBy(() -> ManifestSource.open(elsewhere.resolve("absent"), selectors, sink, problems::add))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("--source-dir")
                .hasMessageContaining("does not exist");
        assertThatThrownBy(() -> ManifestSource.open(file, selectors, sink, problems::add))
                .hasMessageContaining("is no directory");
    }

    @Test
    void readsRecordedObjectsFromOneList() throws IOException {
        StringBuilder list = new StringBuilder("{\"kind\":\"List\",\"apiVersion\":\"v1\",\"items\":[");
        list.append(String.join(
                ",",
                Recorded.ALL.stream()
                        .map(name -> Recorded.read(name).toString())
                        .toList()));
        write("dump.json", list.append("]}").toString());

        start();

        assertThat(sink.services()).hasSize(4);
        assertThat(sink.slices()).hasSize(2);
        assertThat(sink.nodes()).hasSize(1);
        assertThat(problems).isEmpty();
    }
}
