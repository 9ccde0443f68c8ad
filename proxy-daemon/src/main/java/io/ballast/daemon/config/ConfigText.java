package io.ballast.daemon.config;

import java.util.List;
import java.util.regex.Pattern;

/** Tells configuration files from other YAML and JSON. */
public final class ConfigText {
    private static final List<String> KINDS = List.of(KubeProxyFields.KIND, BallastFields.KIND);
    /** For text that cannot be parsed: a kind at the beginning of a line, or anywhere in JSON. */
    private static final Pattern CLAIMED = Pattern.compile(
            "^(kind:\\s*[\"']?|.*\"kind\"\\s*:\\s*\")(" + String.join("|", KINDS) + ")\\b", Pattern.MULTILINE);

    private ConfigText() {}

    /** Whether the text is meant as a configuration file, good or bad. */
    public static boolean isConfiguration(String text) {
        try {
            return YamlParser.parse(text).stream().map(YamlDocument::kind).anyMatch(KINDS::contains);
        } catch (IllegalArgumentException e) {
            return CLAIMED.matcher(text).find();
        }
    }
}
