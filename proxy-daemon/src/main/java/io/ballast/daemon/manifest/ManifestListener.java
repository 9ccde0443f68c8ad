package io.ballast.daemon.manifest;

import io.ballast.daemon.source.ObjectProblem;
import java.nio.file.Path;

/** Hears what is wrong with manifests, each thing once. Called on the thread that reads them. */
public interface ManifestListener {
    /**
     * @param place of the object, as in {@code web.yaml:12 (document 2)}
     */
    void problem(String place, ObjectProblem problem);

    /** A file as a whole cannot be read. */
    void unreadable(Path file, String place, String problem, String remedy);

    /** A file can be read again that could not. */
    void readable(Path file);

    /**
     * Objects of a kind mean nothing to a service proxy. Told of the first of each kind.
     *
     * @param kind with its {@code apiVersion}
     */
    void ignored(String kind, String place);
}
