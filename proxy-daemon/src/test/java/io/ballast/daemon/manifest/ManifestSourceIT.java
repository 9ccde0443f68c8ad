package io.ballast.daemon.manifest;

import static io.ballast.daemon.manifest.ManifestDirectory.service;
import static io.ballast.daemon.testing.ApiObjects.name;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ballast.daemon.source.Selectors;
import io.ballast.daemon.testing.ApiObjects;
import io.ballast.daemon.testing.Await;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Files that come, change and go, in a directory that may go too. */
class ManifestSourceIT {
    @RegisterExtension
    final ManifestDirectory files = new ManifestDirectory();

    @TempDir
    Path elsewhere;

    @Test
    void deliversTheFilesThatAreThereAndThenSaysSo() throws IOException {
        files.write("a.yaml", service("a", "10.96.0.1") + "---\n" + service("b", "10.96.0.2"));
        files.write("slice.json", ApiObjects.slice("a-1", "a", "127.0.0.2").toPrettyString());
        files.write("node.yml", ApiObjects.node("worker-1").toString());
        files.write("other-node.yml", ApiObjects.node("worker-2").toString());
        files.write("notes.txt", "not a manifest");

        ManifestSource started = files.start();

        assertThat(files.sink.services()).containsOnlyKeys(name("a"), name("b"));
        assertThat(files.sink.slice("a-1").endpoints()).hasSize(1);
        assertThat(files.sink.nodes()).containsOnlyKeys("worker-1");
        assertThat(files.sink.calls()).endsWith("services synced", "endpointslices synced", "node synced");
        assertThat(files.problems).isEmpty();
        assertThat(started.status().resources())
                .extracting(resource -> resource.name() + " " + resource.objects())
                .containsExactly("services 2", "endpointslices 1", "nodes 1");
        assertThat(started.status().connected()).isTrue();
    }

    @Test
    void followsCreationChangeRenameAndDeletion() throws IOException {
        files.start();
        files.write("a.yaml", service("a", "10.96.0.1"));
        files.awaitServices("a");

        files.write("a.yaml", service("a", "10.96.0.9"));
        Await.until("changed", () -> files.sink.service("a").clusterIp().equals("10.96.0.9"));

        int before = files.sink.calls().size();
        Files.move(files.directory.resolve("a.yaml"), files.directory.resolve("z.yaml"));
        files.write("b.yaml", service("b", "10.96.0.2"));
        files.awaitServices("a", "b");
        assertThat(files.sink.calls().subList(before, files.sink.calls().size()))
                .containsExactly("upsert Service shop/b");

        Files.delete(files.directory.resolve("z.yaml"));
        files.awaitServices("b");
        Files.move(files.directory.resolve("b.yaml"), files.directory.resolve("b.yaml.off"));
        files.awaitServices();
    }

    @Test
    void deletesBeforeItCreatesWhenAServiceIsRenamed() throws IOException {
        files.write("a.yaml", service("old", "10.96.0.1"));
        files.start();

        files.write("a.yaml", service("new", "10.96.0.1"));
        files.awaitServices("new");

        assertThat(files.sink.calls()).endsWith("delete Service shop/old", "upsert Service shop/new");
    }

    @Test
    void seesAFileThatReplacesAnother() throws IOException {
        files.write("a.yaml", service("a", "10.96.0.1"));
        files.start();
        Path written = Files.writeString(elsewhere.resolve("new"), service("b", "10.96.0.2"));

        Files.move(written, files.directory.resolve("a.yaml"), StandardCopyOption.ATOMIC_MOVE);

        files.awaitServices("b");
    }

    @Test
    void followsAMountedConfigMap() throws IOException {
        Path first = Files.createDirectory(files.directory.resolve("..2026_1"));
        Files.writeString(first.resolve("a.yaml"), service("a", "10.96.0.1"));
        Path data = Files.createSymbolicLink(files.directory.resolve("..data"), Path.of("..2026_1"));
        Files.createSymbolicLink(files.directory.resolve("a.yaml"), Path.of("..data/a.yaml"));
        files.start();
        assertThat(files.sink.services()).containsOnlyKeys(name("a"));

        Path second = Files.createDirectory(files.directory.resolve("..2026_2"));
        Files.writeString(second.resolve("a.yaml"), service("b", "10.96.0.2"));
        Path swap = Files.createSymbolicLink(files.directory.resolve("..data_tmp"), Path.of("..2026_2"));
        Files.move(swap, data, StandardCopyOption.ATOMIC_MOVE);

        files.awaitServices("b");
    }

    @Test
    void findsAChangeBehindALinkWithoutAnEvent() throws IOException {
        Path target = Files.writeString(elsewhere.resolve("target"), service("a", "10.96.0.1"));
        Files.createSymbolicLink(files.directory.resolve("a.yaml"), target);
        files.start(new WatchDelays(Duration.ofMillis(20), Duration.ofMillis(200), Duration.ofMillis(50)));
        assertThat(files.sink.services()).containsOnlyKeys(name("a"));

        Files.writeString(target, service("b", "10.96.0.2"));
        files.awaitServices("b");
    }

    @Test
    void keepsItsObjectsWhenTheDirectoryGoesAndFollowsTheNextOne() throws IOException {
        files.write("a.yaml", service("a", "10.96.0.1"));
        ManifestSource started =
                files.start(new WatchDelays(Duration.ofMillis(20), Duration.ofMillis(200), Duration.ofMillis(50)));
        Path moved = files.directory.resolveSibling(files.directory.getFileName() + "-moved");
        Files.move(files.directory, moved);
        Await.until("loss is known", () -> !started.status().connected());
        assertThat(files.sink.services()).containsOnlyKeys(name("a"));
        assertThat(started.status().lastError()).contains("cannot be read");

        Files.createDirectory(files.directory);
        files.write("b.yaml", service("b", "10.96.0.2"));
        files.awaitServices("b");
        Await.until("connected again", () -> started.status().connected());
        Files.delete(moved.resolve("a.yaml"));
        Files.delete(moved);
    }

    @Test
    void losesNoChangeOfMany() throws IOException {
        files.start();
        for (int i = 0; i < 400; i++) {
            files.write("a.yaml", service("a", "10.96.1." + i % 250));
            files.write("b-" + i + ".yaml", service("b-" + i, "10.96.0.1"));
            if (i % 2 == 0) {
                Files.delete(files.directory.resolve("b-" + i + ".yaml"));
            }
        }
        files.write("a.yaml", service("a", "10.96.9.9"));

        Await.until(
                "final state",
                () -> files.sink.services().size() == 201
                        && files.sink.service("a").clusterIp().equals("10.96.9.9"));
    }

    @Test
    void refusesADirectoryThatIsNone() throws IOException {
        Path file = Files.writeString(elsewhere.resolve("file"), "");
        Selectors selectors = new Selectors("worker-1", "");

        assertThatThrownBy(() ->
                        ManifestSource.open(elsewhere.resolve("absent"), selectors, files.sink, files.problems::add))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("--source-dir")
                .hasMessageContaining("does not exist");
        assertThatThrownBy(() -> ManifestSource.open(file, selectors, files.sink, files.problems::add))
                .hasMessageContaining("is no directory");
    }
}
