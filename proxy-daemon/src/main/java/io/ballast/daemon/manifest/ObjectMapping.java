package io.ballast.daemon.manifest;

import com.fasterxml.jackson.databind.JsonNode;
import io.ballast.core.model.NamespacedName;
import io.ballast.daemon.manifest.FileContent.Located;
import io.ballast.daemon.source.ModelMapper;
import io.ballast.daemon.source.ObjectProblem;
import io.ballast.daemon.source.Origin;
import io.ballast.daemon.source.Selectors;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes core records of a file's documents. A file with a document that cannot be used takes no object away: it may be
 * half written. Confined to the scanning thread.
 */
final class ObjectMapping {
    private static final Logger log = LoggerFactory.getLogger(ObjectMapping.class);

    private final Selectors selectors;
    private final Consumer<ObjectProblem> problems;
    private final ModelMapper mapper;
    private final Set<String> ignoredKinds = new HashSet<>();
    private String place = "";

    ObjectMapping(Selectors selectors, Consumer<ObjectProblem> problems) {
        this.selectors = selectors;
        this.problems = problems;
        this.mapper = new ModelMapper(Origin.FILES, problem -> problems.accept(problem.at(place)));
    }

    /**
     * @param before the last good objects of the file
     */
    Map<ObjectKey, Located> map(Path file, List<ManifestDocument> documents, Map<ObjectKey, Located> before) {
        Map<ObjectKey, Located> objects = new LinkedHashMap<>();
        boolean faulty = false;
        for (ManifestDocument document : documents) {
            place = file.getFileName() + ":" + document.line();
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
        return objects;
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
            problems.accept(key.twice(first.place(), place));
        }
        return true;
    }

    private boolean isWithoutKind(JsonNode object) {
        String kind = object.path("kind").asText("");
        if (kind.isEmpty()) {
            problems.accept(new ObjectProblem(
                    "Object",
                    object.path("metadata").path("name").asText(""),
                    null,
                    place + ": kind is missing: write Service, EndpointSlice or Node. The object is skipped."));
            return true;
        }
        String full = object.path("apiVersion").asText("") + " " + kind;
        if (ignoredKinds.add(full)) {
            log.atInfo()
                    .addKeyValue("kind", full.trim())
                    .addKeyValue("first", place)
                    .log("Objects of this kind are ignored; v1 Service, v1 Node and discovery.k8s.io/v1 EndpointSlice"
                            + " are read");
        }
        return false;
    }
}
