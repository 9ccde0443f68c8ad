package io.ballast.daemon.config;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.Yaml;

/**
 * The effective configuration in the form of its documents: nested maps of plain values, in the order of their names.
 * <em>Immutable.</em>
 *
 * @param kubeProxy the KubeProxyConfiguration, with apiVersion and kind
 * @param ballast the BallastConfiguration, with apiVersion and kind
 */
public record ConfigDocuments(Map<String, Object> kubeProxy, Map<String, Object> ballast) {

    static ConfigDocuments of(Settings settings) {
        return new ConfigDocuments(
                document(settings, KubeProxyFields.API_VERSION, KubeProxyFields.KIND, KubeProxyFields.all()),
                document(settings, BallastFields.API_VERSION, BallastFields.KIND, BallastFields.all()));
    }

    private static Map<String, Object> document(Settings settings, String apiVersion, String kind, List<Field<?>> all) {
        Map<String, Object> root = new TreeMap<>();
        root.put("apiVersion", apiVersion);
        root.put("kind", kind);
        all.forEach(field -> put(root, field.path(), plain(field, settings)));
        return Collections.unmodifiableMap(root);
    }

    private static <T> Object plain(Field<T> field, Settings settings) {
        return field.kind().document().apply(settings.get(field));
    }

    @SuppressWarnings("unchecked")
    private static void put(Map<String, Object> parent, String path, Object value) {
        int dot = path.indexOf('.');
        if (dot < 0) {
            parent.put(path, value);
        } else {
            Object section = parent.computeIfAbsent(path.substring(0, dot), name -> new TreeMap<String, Object>());
            put((Map<String, Object>) section, path.substring(dot + 1), value);
        }
    }

    /** Both documents as YAML that {@code --config} reads back. */
    public String toYaml() {
        DumperOptions options = new DumperOptions();
        options.setDefaultFlowStyle(DumperOptions.FlowStyle.BLOCK);
        options.setIndicatorIndent(2);
        options.setIndentWithIndicator(true);
        options.setExplicitStart(true);
        return new Yaml(options).dumpAll(List.of(kubeProxy, ballast).iterator());
    }
}
