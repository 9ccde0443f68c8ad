package io.ballast.daemon.config;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.slf4j.event.Level;

/**
 * Reads a configuration file: one KubeProxyConfiguration and one BallastConfiguration, in any order, each at most once.
 */
final class ConfigFile {
    private static final String EXPECTED = "want " + KubeProxyFields.KIND + " (" + KubeProxyFields.API_VERSION + ") or "
            + BallastFields.KIND + " (" + BallastFields.API_VERSION + ")";

    private final String name;
    private final String text;
    private final Problems problems;
    private final List<Notice> notices;
    private final Settings settings = new Settings();

    /**
     * @param name of the file, for messages
     */
    ConfigFile(String name, String text, Problems problems, List<Notice> notices) {
        this.name = name;
        this.text = text;
        this.problems = problems;
        this.notices = notices;
    }

    Settings read() throws InvalidConfigException {
        List<YamlDocument> documents = parse();
        if (documents.isEmpty()) {
            throw refused("is empty; " + EXPECTED);
        }
        List<String> kinds = new ArrayList<>();
        for (YamlDocument document : documents) {
            if (kinds.contains(document.kind())) {
                throw refused("line " + document.root().line() + ": a second " + document.kind() + "; keep one");
            }
            kinds.add(document.kind());
            readDocument(document);
        }
        return settings;
    }

    /** The text of the file that {@code --config} names. */
    static String text(Path path) throws InvalidConfigException {
        try {
            return Files.readString(path);
        } catch (NoSuchFileException e) {
            throw refused(path.toString(), "no such file");
        } catch (CharacterCodingException e) {
            throw refused(path.toString(), "is not UTF-8 text");
        } catch (IOException e) {
            throw refused(path.toString(), "cannot be read: " + e);
        }
    }

    private List<YamlDocument> parse() throws InvalidConfigException {
        try {
            return YamlParser.parse(text);
        } catch (IllegalArgumentException e) {
            throw refused(String.valueOf(e.getMessage()));
        }
    }

    private void readDocument(YamlDocument document) throws InvalidConfigException {
        if (is(document, KubeProxyFields.API_VERSION, KubeProxyFields.KIND)) {
            readFields(document, KubeProxyFields.all());
        } else if (is(document, BallastFields.API_VERSION, BallastFields.KIND)) {
            readFields(document, BallastFields.all());
        } else {
            throw refused("line " + document.root().line() + ": a document of kind \"" + document.kind()
                    + "\", apiVersion \"" + document.apiVersion() + "\"; " + EXPECTED);
        }
    }

    private static boolean is(YamlDocument document, String apiVersion, String kind) {
        return document.apiVersion().equals(apiVersion) && document.kind().equals(kind);
    }

    private void readFields(YamlDocument document, List<Field<?>> known) {
        DocumentReader reader = new DocumentReader(name, known, problems);
        settings.putAll(reader.read(document));
        if (!reader.strictErrors().isEmpty()) {
            notices.add(new Notice(
                    Level.WARN,
                    "Configuration file has fields that were ignored: using lenient decoding as strict decoding failed",
                    Map.of("file", name, "err", String.join("; ", reader.strictErrors()))));
        }
    }

    private InvalidConfigException refused(String complaint) {
        return refused(name, complaint);
    }

    private static InvalidConfigException refused(String name, String complaint) {
        return new InvalidConfigException("--config " + name + ": " + complaint);
    }
}
