package io.ballast.daemon.source;

import com.fasterxml.jackson.databind.JsonNode;
import io.ballast.core.model.EndpointSlice;
import io.ballast.core.model.NamespacedName;
import io.ballast.core.model.Node;
import io.ballast.core.model.Service;
import java.util.Optional;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * Turns API objects, as JSON trees, into the records of the core. Never throws, whatever the tree holds: a bad field has
 * its default, a bad item of a list is left out, an object without a name is skipped; the listener hears of each, in
 * one problem an object. Thread-safe.
 */
public final class ModelMapper {
    private static final String DEFAULT_NAMESPACE = "default";
    /** What the API server accepts (DNS subdomain, RFC 1123). */
    private static final int LONGEST_NAME = 253;

    private final Canonical canonical = new Canonical();
    private final ServiceMapper services = new ServiceMapper(canonical);
    private final EndpointSliceMapper slices;
    private final NodeMapper nodes = new NodeMapper(canonical);
    private final Origin origin;
    private final ProblemListener listener;

    public ModelMapper(Origin origin, ProblemListener listener) {
        this.origin = origin;
        this.listener = listener;
        this.slices = new EndpointSliceMapper(canonical, origin);
    }

    /** The Service, or empty (and a problem) when it cannot be served at all. */
    public Optional<Service> service(JsonNode object) {
        return map("Service", object, (name, cursor) -> {
            if (!cursor.get("spec").node().isObject()) {
                cursor.get("spec").report("write spec.clusterIP and spec.ports", "The Service is skipped.");
                return null;
            }
            return services.map(name, cursor);
        });
    }

    /** The slice, or empty (and a problem) when it cannot be used at all. */
    public Optional<EndpointSlice> endpointSlice(JsonNode object) {
        return map("EndpointSlice", object, slices::map);
    }

    /** The Node, or empty (and a problem) when it cannot be used at all. */
    public Optional<Node> node(JsonNode object) {
        return map("Node", object, (name, cursor) -> nodes.map(name.name(), cursor));
    }

    /** Namespace and name of any object; empty when either is missing, and for a Node the namespace is "". */
    public Optional<NamespacedName> name(String kind, JsonNode object) {
        JsonNode metadata = object.path("metadata");
        String name = metadata.path("name").asText("");
        if (!isName(name)) {
            return Optional.empty();
        }
        if (kind.equals("Node")) {
            return Optional.of(new NamespacedName("", canonical.of(name)));
        }
        String namespace = metadata.path("namespace").asText("");
        if (namespace.isEmpty() && origin == Origin.FILES) {
            return Optional.of(new NamespacedName(DEFAULT_NAMESPACE, name));
        }
        return isName(namespace) ? Optional.of(new NamespacedName(canonical.of(namespace), name)) : Optional.empty();
    }

    private static boolean isName(String text) {
        return !text.isEmpty() && text.length() <= LONGEST_NAME;
    }

    private <T> Optional<T> map(String kind, JsonNode object, BiFunction<NamespacedName, Cursor, @Nullable T> mapping) {
        Problems problems = new Problems();
        Cursor cursor = Cursor.root(object, problems);
        Optional<NamespacedName> name = name(kind, object);
        if (name.isEmpty()) {
            Cursor metadata = cursor.get("metadata");
            Cursor wrong =
                    isName(metadata.get("name").node().asText("")) ? metadata.get("namespace") : metadata.get("name");
            String remedy =
                    wrong.node().asText("").isEmpty() ? "write it" : "write at most " + LONGEST_NAME + " letters";
            wrong.report(remedy, "The object is skipped.");
        }
        Optional<T> mapped = name.map(key -> mapping.apply(key, cursor));
        if (problems.isEmpty()) {
            listener.fine(kind, describe(object, name));
        } else {
            listener.problem(new ObjectProblem(
                    kind,
                    describe(object, name),
                    blamed(kind, object, name),
                    problems.reason(kind),
                    problems.message()));
        }
        return mapped;
    }

    private static String describe(JsonNode object, Optional<NamespacedName> name) {
        JsonNode metadata = object.path("metadata");
        return name.map(key -> key.namespace().isEmpty() ? key.name() : key.toString())
                .orElseGet(() -> shortened(metadata.path("namespace")) + "/" + shortened(metadata.path("name")));
    }

    private static String shortened(JsonNode text) {
        String whole = text.asText("");
        return whole.length() <= LONGEST_NAME ? whole : whole.substring(0, LONGEST_NAME) + "…";
    }

    private static @Nullable NamespacedName blamed(String kind, JsonNode object, Optional<NamespacedName> name) {
        if (name.isEmpty() || kind.equals("Node")) {
            return null;
        }
        if (kind.equals("Service")) {
            return name.get();
        }
        JsonNode owner = object.path("metadata").path("labels").path(EndpointSliceMapper.SERVICE_LABEL);
        return !isName(owner.asText("")) ? null : new NamespacedName(name.get().namespace(), owner.asText());
    }
}
