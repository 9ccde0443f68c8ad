package io.ballast.daemon.manifest;

import io.ballast.daemon.source.ObjectProblem;
import java.nio.file.Path;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Logs what is wrong with files; what is wrong with objects goes where the daemon tells such things. Thread-safe. */
record ManifestLog(Consumer<ObjectProblem> problems) implements ManifestListener {
    private static final Logger log = LoggerFactory.getLogger(ManifestLog.class);

    @Override
    public void problem(String place, ObjectProblem problem) {
        problems.accept(problem.at(place));
    }

    @Override
    public void unreadable(Path file, String place, String problem, String remedy) {
        log.atWarn()
                .addKeyValue("file", file)
                .addKeyValue("problem", place + ": " + problem)
                .addKeyValue("remedy", remedy)
                .log("Manifest cannot be read; its last good objects stay");
    }

    @Override
    public void readable(Path file) {
        log.atInfo().addKeyValue("file", file).log("Manifest can be read again");
    }

    @Override
    public void ignored(String kind, String place) {
        log.atInfo()
                .addKeyValue("kind", kind)
                .addKeyValue("first", place)
                .log("Objects of this kind are ignored; v1 Service, v1 Node and discovery.k8s.io/v1 EndpointSlice"
                        + " are read");
    }
}
