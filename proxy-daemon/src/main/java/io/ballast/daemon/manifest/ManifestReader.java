package io.ballast.daemon.manifest;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads the objects of a file: YAML or JSON, many documents a file, lists of objects ({@code kind: List}) taken apart.
 * Thread-safe.
 */
public final class ManifestReader {
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();
    private static final String LIST = "List";

    private ManifestReader() {}

    /**
     * The objects in the order of the file.
     *
     * @throws ManifestException when the file as a whole is no manifest, or is none yet
     */
    public static List<ManifestDocument> read(Path file) throws IOException, ManifestException {
        return parse(file, Files.readAllBytes(file));
    }

    /** As {@link #read}, of a file whose content is known already. */
    public static List<ManifestDocument> parse(Path file, byte[] content) throws ManifestException {
        String text;
        try {
            text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(content))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new ManifestException(1, "not UTF-8 text", "save the file as UTF-8");
        }
        return parse(
                text.startsWith("\ufeff") ? text.substring(1) : text,
                file.toString().endsWith(".json"));
    }

    static List<ManifestDocument> parse(String text, boolean jsonOnly) throws ManifestException {
        List<ManifestDocument> objects = new ArrayList<>();
        for (ManifestDocument document : documents(text, jsonOnly)) {
            flatten(document, objects);
        }
        return objects;
    }

    private static List<ManifestDocument> documents(String text, boolean jsonOnly) throws ManifestException {
        boolean braces = text.stripLeading().startsWith("{");
        if (!jsonOnly && !braces) {
            return YamlTrees.parse(text);
        }
        try {
            return json(text);
        } catch (ManifestException e) {
            if (jsonOnly) {
                throw e;
            }
            // A YAML file may begin with a brace, too.
            return YamlTrees.parse(text);
        }
    }

    private static List<ManifestDocument> json(String text) throws ManifestException {
        List<ManifestDocument> documents = new ArrayList<>();
        int number = 1;
        try (JsonParser parser = JSON.createParser(text)) {
            while (parser.nextToken() != null) {
                int line = parser.currentTokenLocation().getLineNr();
                JsonNode tree = JSON.readTree(parser);
                if (!tree.isNull()) {
                    documents.add(new ManifestDocument(tree, line, number));
                }
                number++;
            }
        } catch (JsonProcessingException e) {
            JsonLocation at = e.getLocation();
            throw new ManifestException(
                            at == null ? 1 : at.getLineNr(),
                            "not JSON: " + e.getOriginalMessage(),
                            "check commas, braces and quotes there")
                    .in(number);
        } catch (IOException e) {
            throw new AssertionError("reading from a text does not fail", e);
        }
        return documents;
    }

    private static void flatten(ManifestDocument document, List<ManifestDocument> objects) throws ManifestException {
        JsonNode object = document.object();
        if (!object.isObject()) {
            throw new ManifestException(
                            document.line(), "a document that is no object", "write apiVersion, kind and metadata")
                    .in(document.number());
        }
        String kind = object.path("kind").asText("");
        if (!kind.endsWith(LIST) || !object.path("items").isArray()) {
            objects.add(document);
            return;
        }
        String itemKind = kind.substring(0, kind.length() - LIST.length());
        for (JsonNode item : object.path("items")) {
            if (item instanceof ObjectNode typed && !itemKind.isEmpty()) {
                typed.put("kind", typed.path("kind").asText(itemKind));
            }
            flatten(new ManifestDocument(item, document.line(), document.number()), objects);
        }
    }
}
