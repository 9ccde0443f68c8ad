package io.ballast.daemon.deploy;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.yaml.snakeyaml.Yaml;

/**
 * The objects of one or more YAML documents, as trees and as the Kubernetes model has them. <em>Immutable.</em>
 *
 * @param trees by kind and name
 */
record Objects(Map<String, Map<String, Object>> trees) {
    static Objects parse(String documents) {
        Map<String, Map<String, Object>> trees = new LinkedHashMap<>();
        for (Object document : new Yaml().loadAll(documents)) {
            if (document instanceof Map<?, ?> object) {
                @SuppressWarnings("unchecked")
                Map<String, Object> tree = (Map<String, Object>) object;
                String name = tree.get("kind") + "/" + ((Map<?, ?>) tree.get("metadata")).get("name");
                if (trees.put(name, tree) != null) {
                    throw new AssertionError(name + " is there twice");
                }
            }
        }
        return new Objects(trees);
    }

    static Objects read(Path file) throws IOException {
        return parse(Files.readString(file));
    }

    List<HasMetadata> typed() {
        KubernetesSerialization model = new KubernetesSerialization();
        List<HasMetadata> objects = new ArrayList<>();
        trees.values().forEach(tree -> objects.add(model.unmarshal(new Yaml().dump(tree))));
        return objects;
    }

    /** The only one of its kind. */
    <T extends HasMetadata> T only(Class<T> kind) {
        List<T> found = all(kind);
        if (found.size() != 1) {
            throw new AssertionError(found.size() + " of kind " + kind.getSimpleName() + " instead of one");
        }
        return found.get(0);
    }

    <T extends HasMetadata> List<T> all(Class<T> kind) {
        return typed().stream().filter(kind::isInstance).map(kind::cast).toList();
    }

    PodSpec pod() {
        return only(DaemonSet.class).getSpec().getTemplate().getSpec();
    }

    Container container() {
        return pod().getContainers().get(0);
    }
}
