package io.ballast.daemon.manifest;

import static io.ballast.daemon.manifest.ManifestDirectory.service;
import static io.ballast.daemon.testing.ApiObjects.name;
import static org.assertj.core.api.Assertions.assertThat;

import io.ballast.daemon.source.ObjectProblem;
import io.ballast.daemon.testing.ApiObjects;
import io.ballast.daemon.testing.Await;
import io.ballast.daemon.testing.Recorded;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What is in the files: good objects, bad ones, and halves. */
class ManifestContentIT {
    @RegisterExtension
    final ManifestDirectory files = new ManifestDirectory();

    @Test
    void keepsTheLastGoodObjectsOfABrokenFileAndRecovers() throws IOException {
        files.write("a.yaml", service("a", "10.96.0.1"));
        ManifestSource started = files.start();

        files.write("a.yaml", "apiVersion: v1\nkind: Service\nspec: {ports: [\n");
        Await.until("told", () -> !files.log.lines().isEmpty());
        files.write("b.yaml", service("b", "10.96.0.2"));
        files.awaitServices("a", "b");

        assertThat(files.log.lines())
                .singleElement()
                .asString()
                .startsWith("WARN Manifest cannot be read; its last good objects stay")
                .contains("a.yaml:", "not YAML", "remedy=");
        assertThat(started.status().lastError()).contains("a.yaml:4");
        files.write("a.yaml", service("c", "10.96.0.3"));
        files.awaitServices("b", "c");
        Await.until("recovery told", () -> files.log.lines().size() == 2);
        assertThat(files.log.lines().get(1)).startsWith("INFO Manifest can be read again");
        Await.until("no error left", () -> started.status().lastError().isEmpty());
    }

    @Test
    void losesNothingWhileAFileIsWrittenInPieces() throws IOException {
        String whole = service("a", "10.96.0.1") + "---\n" + service("b", "10.96.0.2");
        files.write("a.yaml", whole);
        files.start();
        int begin = files.sink.calls().size();
        int cut = whole.indexOf("spec:");

        files.write("a.yaml", whole.substring(0, cut));
        Await.until("the half was looked at", () -> !files.problems.isEmpty());
        Files.writeString(files.directory.resolve("a.yaml"), whole.substring(cut), StandardOpenOption.APPEND);
        files.write("c.yaml", service("c", "10.96.0.3"));
        files.awaitServices("a", "b", "c");

        assertThat(files.sink.calls().subList(begin, files.sink.calls().size()))
                .containsExactly("upsert Service shop/c");
    }

    @Test
    void skipsABadObjectAndServesTheOthersOfItsFile() throws IOException {
        files.write(
                "a.yaml",
                service("a", "10.96.0.1") + "---\nkind: Service\nmetadata: {name: bad, namespace: shop}\n---\n"
                        + "metadata: {name: what}\n---\n"
                        + service("b", "10.96.0.2").replace("80", "http"));

        files.start();

        assertThat(files.sink.services()).containsOnlyKeys(name("a"), name("b"));
        assertThat(files.problems)
                .extracting(ObjectProblem::message)
                .containsExactly(
                        "a.yaml:8 (document 2): spec is missing: write spec.clusterIP and spec.ports. The Service is skipped.",
                        "a.yaml:11 (document 3): kind is missing: write Service, EndpointSlice or Node. The object is skipped.",
                        "a.yaml:13 (document 4): spec.ports[0].port is \"http\": write a number from 1 to 65535 without quotes."
                                + " The port is not served.");
    }

    @Test
    void usesTheFirstOfTwoFilesWithTheSameObjectAndSaysSo() throws IOException {
        files.write("b.yaml", service("a", "10.96.0.2"));
        files.write("a.yaml", service("a", "10.96.0.1"));
        files.start();
        assertThat(files.sink.service("a").clusterIp()).isEqualTo("10.96.0.1");
        assertThat(files.problems)
                .containsExactly(
                        new ObjectProblem(
                                "Service",
                                "shop/a",
                                name("a"),
                                "b.yaml:1 (document 1): the same Service is in a.yaml:1 (document 1), which is used: remove one of them."));

        files.write("c.yaml", service("c", "10.96.0.3"));
        files.awaitServices("a", "c");
        assertThat(files.problems).hasSize(1);
        Files.delete(files.directory.resolve("a.yaml"));
        Await.until(
                "the other takes over",
                () -> files.sink.service("a").clusterIp().equals("10.96.0.2"));
        assertThat(files.sink.calls()).noneMatch(call -> call.startsWith("delete"));
    }

    @Test
    void appliesTheSelectorsOfTheApi() throws IOException {
        files.write("a.yaml", service("a", "10.96.0.1"));
        files.write("slice.json", ApiObjects.slice("a-1", "a", "10.0.0.1").toString());
        files.start();

        files.write(
                "a.yaml",
                service("a", "10.96.0.1")
                        .replace(
                                "namespace: shop",
                                "namespace: shop, labels: {service.kubernetes.io/service-proxy-name: x}"));
        files.write(
                "slice.json",
                ApiObjects.labelled(ApiObjects.slice("a-1", "a", "10.0.0.1"), "service.kubernetes.io/headless", "")
                        .toString());
        Await.until(
                "both gone",
                () -> files.sink.services().isEmpty() && files.sink.slices().isEmpty());
        files.write("a.yaml", service("a", "None"));
        files.write("b.yaml", service("b", "10.96.0.2"));
        files.awaitServices("b");
    }

    @Test
    void ignoresOtherKindsAndSaysSoOnce() throws IOException {
        files.write("a.yaml", service("a", "10.96.0.1"));
        files.write("b.yaml", "apiVersion: apps/v1\nkind: Deployment\n---\napiVersion: apps/v1\nkind: Deployment\n");
        files.write("c.yaml", "apiVersion: serving.knative.dev/v1\nkind: Service\nmetadata: {name: x}\n");
        files.start();

        assertThat(files.sink.services()).containsOnlyKeys(name("a"));
        assertThat(files.log.lines())
                .hasSize(2)
                .allMatch(line -> line.startsWith("INFO Objects of this kind are ignored"));
        assertThat(files.problems).isEmpty();
    }

    @Test
    void readsRecordedObjectsFromOneList() throws IOException {
        StringBuilder list = new StringBuilder("{\"kind\":\"List\",\"apiVersion\":\"v1\",\"items\":[");
        list.append(String.join(
                ",",
                Recorded.ALL.stream()
                        .map(name -> Recorded.read(name).toString())
                        .toList()));
        files.write("dump.json", list.append("]}").toString());

        files.start();

        assertThat(files.sink.services()).hasSize(4);
        assertThat(files.sink.slices()).hasSize(2);
        assertThat(files.sink.nodes()).hasSize(1);
        assertThat(files.problems).isEmpty();
    }
}
