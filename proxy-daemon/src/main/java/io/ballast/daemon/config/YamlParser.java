package io.ballast.daemon.config;

import io.ballast.daemon.config.YamlDocument.Entry;
import io.ballast.daemon.config.YamlDocument.Mapping;
import io.ballast.daemon.config.YamlDocument.Scalar;
import io.ballast.daemon.config.YamlDocument.Sequence;
import io.ballast.daemon.config.YamlDocument.Value;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
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

/** Reads the documents of a YAML or JSON text. Composes nodes only: nothing in the text chooses a class. */
final class YamlParser {
    private static final int MAX_DEPTH = 20;

    private YamlParser() {}

    /**
     * The documents that are not empty.
     *
     * @throws IllegalArgumentException when the text is neither YAML nor JSON, or no document is a mapping
     */
    static List<YamlDocument> parse(String text) {
        List<YamlDocument> documents = new ArrayList<>();
        try {
            for (Node node : new Yaml(new LoaderOptions()).composeAll(new StringReader(withoutTabs(text)))) {
                Value value = value(node, 0);
                if (value instanceof Mapping mapping) {
                    documents.add(new YamlDocument(mapping));
                } else if (!(value instanceof Scalar scalar && scalar.value() == null)) {
                    throw new IllegalArgumentException("line " + value.line() + " is not a mapping of field names");
                }
            }
        } catch (MarkedYAMLException e) {
            int line = e.getProblemMark() == null ? 1 : e.getProblemMark().getLine() + 1;
            throw new IllegalArgumentException("is not YAML: line " + line + ": " + e.getProblem(), e);
        } catch (YAMLException e) {
            throw new IllegalArgumentException("is not YAML: " + e.getMessage(), e);
        }
        return documents;
    }

    /** JSON may be indented with tabs, which this YAML parser does not know; a JSON string cannot hold a bare tab. */
    private static String withoutTabs(String text) {
        return text.stripLeading().startsWith("{") ? text.replace('\t', ' ') : text;
    }

    private static Value value(Node node, int depth) {
        int line = node.getStartMark().getLine() + 1;
        if (depth > MAX_DEPTH) {
            throw new IllegalArgumentException("is nested too deeply at line " + line);
        }
        if (node instanceof MappingNode mapping) {
            List<Entry> entries = new ArrayList<>();
            for (NodeTuple tuple : mapping.getValue()) {
                entries.add(entry(tuple, depth));
            }
            return new Mapping(entries, line);
        }
        if (node instanceof SequenceNode sequence) {
            List<Value> items = new ArrayList<>();
            sequence.getValue().forEach(item -> items.add(value(item, depth + 1)));
            return new Sequence(items, line);
        }
        return new Scalar(scalar((ScalarNode) node, line), line);
    }

    private static Entry entry(NodeTuple tuple, int depth) {
        int line = tuple.getKeyNode().getStartMark().getLine() + 1;
        if (tuple.getKeyNode() instanceof ScalarNode key) {
            return new Entry(key.getValue(), line, value(tuple.getValueNode(), depth + 1));
        }
        throw new IllegalArgumentException("has a field name that is not text at line " + line);
    }

    private static @Nullable Object scalar(ScalarNode node, int line) {
        String text = node.getValue();
        try {
            if (node.getTag().equals(Tag.NULL)) {
                return null;
            }
            if (node.getTag().equals(Tag.BOOL)) {
                return List.of("true", "yes", "on", "y").contains(text.toLowerCase(Locale.ROOT));
            }
            if (node.getTag().equals(Tag.INT)) {
                return Long.decode(text.replace("_", ""));
            }
            if (node.getTag().equals(Tag.FLOAT)) {
                return Double.valueOf(text.replace("_", ""));
            }
            return text;
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("has an unreadable number \"" + text + "\" at line " + line, e);
        }
    }
}
