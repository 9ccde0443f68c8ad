package io.ballast.daemon.manifest;

import io.ballast.core.model.NamespacedName;
import io.ballast.daemon.source.ObjectProblem;
import io.ballast.daemon.source.Selectors;
import io.ballast.daemon.testing.ApiObjects;
import io.ballast.daemon.testing.Await;
import io.ballast.daemon.testing.LogCapture;
import io.ballast.daemon.testing.RecordingSink;
import io.ballast.netty.testing.Resources;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** A directory of manifests and a source that follows it, with all that it delivers; gone after the test. */
final class ManifestDirectory implements AfterEachCallback {
    /** Only events make it look; nothing is found by looking again. */
    private static final WatchDelays BY_EVENTS =
            new WatchDelays(Duration.ofMillis(20), Duration.ofMillis(200), Duration.ofHours(1));

    final RecordingSink sink = new RecordingSink();
    final List<ObjectProblem> problems = new CopyOnWriteArrayList<>();
    private final Resources resources = new Resources();
    final Path directory = resources.directory();
    final LogCapture log = resources.keep(new LogCapture(ManifestLog.class));

    ManifestSource start() throws IOException {
        return start(BY_EVENTS);
    }

    /** Returns once the source has read the directory. */
    ManifestSource start(WatchDelays delays) throws IOException {
        ManifestSource source = resources.keep(
                ManifestSource.open(directory, new Selectors("worker-1", ""), sink, problems::add, delays));
        source.start();
        Await.until("first scan", () -> source.status().synced());
        return source;
    }

    static String service(String name, String clusterIp) {
        return """
                apiVersion: v1
                kind: Service
                metadata: {name: %s, namespace: shop}
                spec:
                  clusterIP: %s
                  ports: [{name: http, port: 80}]
                """.formatted(name, clusterIp);
    }

    void write(String file, String content) throws IOException {
        Files.writeString(directory.resolve(file), content);
    }

    void awaitServices(String... names) {
        Set<NamespacedName> expected =
                Arrays.stream(names).map(ApiObjects::name).collect(Collectors.toSet());
        Await.until(expected + " are served", () -> sink.services().keySet().equals(expected));
    }

    @Override
    public void afterEach(ExtensionContext context) throws Exception {
        resources.close();
    }
}
