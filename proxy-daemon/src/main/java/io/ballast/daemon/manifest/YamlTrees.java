package io.ballast.daemon.manifest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.StringReader;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;

/**
 * Reads YAML into the trees that JSON is read into. Composes nodes only, so nothing in the text chooses a class; an
 * anchor that is used many times is one tree, so a file cannot blow itself up. Confined to one thread.
 */
final class YamlTrees {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    private static final Set<String> TRUE = Set.of("true", "yes", "on", "y");
    private static final int MAX_DEPTH = 50;

    private final IdentityHashMap<Node, JsonNode> done = new IdentityHashMap<>();

    private YamlTrees() {}

    static List<ManifestDocument> parse(String text) throws ManifestException {
        LoaderOptions options = new LoaderOptions();
        options.setCodePointLimit(Integer.MAX_VALUE);
        List<ManifestDocument> documents = new ArrayList<>();
        int number = 1;
        try {
            for (Node node : new Yaml(options).composeAll(new StringReader(text))) {
                JsonNode tree = new YamlTrees().tree(node, 0);
                if (!tree.isNull()) {
                    documents.add(new ManifestDocument(tree, line(node), number));
                }
                number++;
            }
        } catch (MarkedYAMLException e) {
            int line = e.getProblemMark() == null ? 1 : e.getProblemMark().getLine() + 1;
            throw new ManifestException(
                            line, "not YAML: " + e.getProblem(), "check indentation, colons and quotes there")
                    .in(number);
        } catch (YAMLException e) {
            throw new ManifestException(1, "not YAML: " + e.getMessage(), "write YAML or JSON text").in(number);
        } catch (ManifestException e) {
            throw e.in(number);
        }
        return documents;
    }

    private static int line(Node node) {
        return node.getStartMark().getLine() + 1;
    }

    private JsonNode tree(Node node, int depth) throws ManifestException {
        JsonNode known = done.get(node);
        if (known != null) {
            return known;
        }
        if (depth > MAX_DEPTH) {
            throw new ManifestException(line(node), "nested too deeply", "remove anchors that contain themselves");
        }
        JsonNode tree;
        if (node instanceof MappingNode mapping) {
            tree = mapping(mapping, depth);
        } else if (node instanceof SequenceNode sequence) {
            ArrayNode items = NODES.arrayNode(sequence.getValue().size());
            for (Node item : sequence.getValue()) {
                items.add(tree(item, depth + 1));
            }
            tree = items;
        } else {
            tree = scalar((ScalarNode) node);
        }
        done.put(node, tree);
        return tree;
    }

    private JsonNode mapping(MappingNode mapping, int depth) throws ManifestException {
        ObjectNode tree = NODES.objectNode();
        List<JsonNode> merged = new ArrayList<>();
        for (NodeTuple tuple : mapping.getValue()) {
            if (!(tuple.getKeyNode() instanceof ScalarNode key)) {
                throw new ManifestException(line(tuple.getKeyNode()), "a field name that is no text", "write a name");
            }
            JsonNode value = tree(tuple.getValueNode(), depth + 1);
            if (key.getTag().equals(Tag.MERGE)) {
                merged.add(value);
            } else if (tree.replace(key.getValue(), value) != null) {
                throw new ManifestException(
                        line(key), "field " + key.getValue() + " occurs twice in one object", "remove one of them");
            }
        }
        merged.forEach(value -> merge(tree, value));
        return tree;
    }

    /** The fields of {@code <<}: those that the object itself does not have. */
    private static void merge(ObjectNode target, JsonNode source) {
        if (source.isArray()) {
            source.forEach(item -> merge(target, item));
        }
        source.fieldNames().forEachRemaining(name -> target.putIfAbsent(name, source.path(name)));
    }

    private static JsonNode scalar(ScalarNode node) {
        String text = node.getValue();
        Tag tag = node.getTag();
        try {
            if (tag.equals(Tag.NULL)) {
                return NODES.nullNode();
            }
            if (tag.equals(Tag.BOOL)) {
                return NODES.booleanNode(TRUE.contains(text.toLowerCase(Locale.ROOT)));
            }
            if (tag.equals(Tag.INT)) {
                return NODES.numberNode(Long.decode(text.replace("_", "")));
            }
            if (tag.equals(Tag.FLOAT)) {
                return NODES.numberNode(new BigDecimal(text.replace("_", "")));
            }
        } catch (NumberFormatException e) {
            // What only looks like a number (.inf, 12:30:45) stays the text it is.
            return NODES.textNode(text);
        }
        return NODES.textNode(text);
    }
}
