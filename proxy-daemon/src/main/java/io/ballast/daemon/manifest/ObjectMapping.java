package io.ballast.daemon.manifest;

import com.fasterxml.jackson.databind.JsonNode;
import io.ballast.core.model.NamespacedName;
import io.ballast.daemon.manifest.FileContent.Located;
import io.ballast.daemon.source.ModelMapper;
import io.ballast.daemon.source.ObjectProblem;
import io.ballast.daemon.source.Origin;
import io.ballast.daemon.source.Selectors;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * Makes core records of a file's documents. A file with a document that cannot be used takes no object away: it may be
 * half written. What is wrong is told once, not at each change of the file. Confined to the scanning thread.
 */
final class ObjectMapping {
    private final Selectors selectors;
    private final ManifestListener listener;
    private final Function<Path, String> naming;
    private final ModelMapper mapper = new ModelMapper(Origin.FILES, this::problem);
    private final Set<String> ignoredKinds = new HashSet<>();
    /** What was told of each file. */
    private final Map<Path, Set<ObjectProblem>> told = new HashMap<>();

    private Set<ObjectProblem> toldBefore = Set.of();
    private Set<ObjectProblem> found = new HashSet<>();
    private String place = "";

    ObjectMapping(Selectors selectors, ManifestListener listener, Function<Path, String> naming) {
        this.naming = naming;
        this.selectors = selectors;
        this.listener = listener;
    }

    /** Forgets what was told of all other files. */
    void retain(Collection<Path> files) {
        told.keySet().retainAll(files);
    }

    /**
     * @param before the last good objects of the file
     */
    Map<ObjectKey, Located> map(Path file, List<ManifestDocument> documents, Map<ObjectKey, Located> before) {
        toldBefore = told.getOrDefault(file, Set.of());
        found = new HashSet<>();
        Map<ObjectKey, Located> objects = new LinkedHashMap<>();
        boolean faulty = false;
        for (ManifestDocument document : documents) {
            place = document.place(naming.apply(file));
            JsonNode object = document.object();
            Optional<ObjectKind> kind = ObjectKind.of(object);
            if (kind.isEmpty()) {
                faulty |= isWithoutKind(object);
            } else if (isWanted(kind.get(), object)) {
                faulty |= !add(kind.get(), object, objects);
            }
        }
        if (faulty) {
            before.forEach(objects::putIfAbsent);
        }
        told.put(file, found);
        return objects;
    }

    private void problem(ObjectProblem problem) {
        if (found.add(problem) && !toldBefore.contains(problem)) {
            listener.problem(place, problem);
        }
    }

    private boolean isWanted(ObjectKind kind, JsonNode object) {
        return switch (kind) {
            case SERVICE -> selectors.wantsService(object);
            case ENDPOINT_SLICE -> selectors.wantsEndpointSlice(object);
            case NODE -> selectors.wantsNode(object);
        };
    }

    /** False when the object cannot be used. */
    private boolean add(ObjectKind kind, JsonNode object, Map<ObjectKey, Located> objects) {
        Optional<?> value =
                switch (kind) {
                    case SERVICE -> mapper.service(object);
                    case ENDPOINT_SLICE -> mapper.endpointSlice(object);
                    case NODE -> mapper.node(object);
                };
        Optional<NamespacedName> name = mapper.name(kind.label(), object);
        if (value.isEmpty() || name.isEmpty()) {
            return false;
        }
        ObjectKey key = new ObjectKey(kind, name.get());
        Located first = objects.putIfAbsent(key, new Located(value.get(), place));
        if (first != null) {
            problem(key.twice(first.place()));
        }
        return true;
    }

    private boolean isWithoutKind(JsonNode object) {
        String kind = object.path("kind").asText("");
        if (kind.isEmpty()) {
            problem(new ObjectProblem(
                    "Object",
                    object.path("metadata").path("name").asText(""),
                    null,
                    "kind is missing: write Service, EndpointSlice or Node. The object is skipped."));
            return true;
        }
        String full = (object.path("apiVersion").asText("") + " " + kind).trim();
        if (ignoredKinds.add(full)) {
            listener.ignored(full, place);
        }
        return false;
    }
}
