package io.ballast.daemon.manifest;

import io.ballast.core.model.NamespacedName;
import io.ballast.core.spi.ObjectSink;
import io.ballast.daemon.source.Selectors;
import java.nio.file.Path;

/** Reads manifests once, in the way in which {@link ManifestSource} follows a directory. Confined to one thread. */
public final class ManifestFiles {
    private final ManifestStore store;

    public ManifestFiles(Selectors selectors, ObjectSink sink, ManifestListener listener) {
        store = new ManifestStore(selectors, sink, listener, Path::toString);
    }

    /**
     * Takes in one file.
     *
     * @param name for messages; its ending says whether only JSON is expected
     */
    public void add(Path name, byte[] content) {
        store.read(name, content);
    }

    /** Delivers what all files say together. */
    public void deliver() {
        store.deliver();
    }

    /** Where the Service stands, as in {@code web.yaml:12 (document 2)}; "" when no file has it. */
    public String placeOf(NamespacedName service) {
        return store.place(new ObjectKey(ObjectKind.SERVICE, service));
    }
}
