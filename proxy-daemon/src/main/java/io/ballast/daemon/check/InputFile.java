package io.ballast.daemon.check;

import com.fasterxml.jackson.databind.JsonNode;
import io.ballast.daemon.config.ConfigText;
import io.ballast.daemon.manifest.ManifestDocument;
import io.ballast.daemon.manifest.ManifestException;
import io.ballast.daemon.manifest.ManifestReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A file to check, and what is in it. <em>Immutable</em>, as long as nobody changes the bytes. */
final class InputFile {
    private static final Logger log = LoggerFactory.getLogger(InputFile.class);
    /** The key under which kubeadm keeps kube-proxy's configuration in a ConfigMap. */
    private static final String CONFIG_KEY = "config.conf";

    private final Path name;
    private final byte[] content;

    /**
     * @param name as the user gave it, {@code stdin} for standard input
     */
    InputFile(Path name, byte[] content) {
        this.name = name;
        this.content = content;
    }

    Path name() {
        return name;
    }

    byte[] content() {
        return content;
    }

    String text() {
        return new String(content, StandardCharsets.UTF_8);
    }

    boolean isConfiguration() {
        return ConfigText.isConfiguration(text());
    }

    /** Configuration files inside ConfigMaps, by what to call them. */
    Map<String, String> embeddedConfigurations() {
        Map<String, String> found = new LinkedHashMap<>();
        for (ManifestDocument document : documents()) {
            if (holdsConfiguration(document.object())) {
                String called = document.place(name.toString()) + ", data[" + CONFIG_KEY + "]";
                found.put(
                        called, document.object().path("data").path(CONFIG_KEY).asText());
            }
        }
        return found;
    }

    /** Whether there is nothing but ConfigMaps with configuration files. */
    boolean hasOnlyConfigurations() {
        List<ManifestDocument> documents = documents();
        return !documents.isEmpty() && documents.stream().allMatch(document -> holdsConfiguration(document.object()));
    }

    private static boolean holdsConfiguration(JsonNode object) {
        return object.path("kind").asText("").equals("ConfigMap")
                && ConfigText.isConfiguration(
                        object.path("data").path(CONFIG_KEY).asText(""));
    }

    private List<ManifestDocument> documents() {
        try {
            return ManifestReader.parse(name, content);
        } catch (ManifestException e) {
            // Told when the file is read as a manifest.
            log.atDebug().addKeyValue("file", name).setCause(e).log("Looking for ConfigMaps failed");
            return List.of();
        }
    }
}
