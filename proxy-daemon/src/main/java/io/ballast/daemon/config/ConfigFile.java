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

    private final Path path;
    private final Problems problems;
    private final List<Notice> notices;
    private final Settings settings = new Settings();

    ConfigFile(Path path, Problems problems, List<Notice> notices) {
        this.path = path;
        this.problems = problems;
        this.notices = notices;
    }

    Settings read() throws InvalidConfigException {
        List<YamlDocument> documents = parse(text());
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

    private String text() throws InvalidConfigException {
        try {
            return Files.readString(path);
        } catch (NoSuchFileException e) {
            throw refused("no such file");
        } catch (CharacterCodingException e) {
            throw refused("is not UTF-8 text");
        } catch (IOException e) {
            throw refused("cannot be read: " + e);
        }
    }

    private List<YamlDocument> parse(String text) throws InvalidConfigException {
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
        DocumentReader reader = new DocumentReader(path.toString(), known, problems);
        settings.putAll(reader.read(document));
        if (!reader.strictErrors().isEmpty()) {
            notices.add(new Notice(
                    Level.WARN,
                    "Configuration file has fields that were ignored: using lenient decoding as strict decoding failed",
                    Map.of("file", path.toString(), "err", String.join("; ", reader.strictErrors()))));
        }
    }

    private InvalidConfigException refused(String complaint) {
        return new InvalidConfigException("--config " + path + ": " + complaint);
    }
}
