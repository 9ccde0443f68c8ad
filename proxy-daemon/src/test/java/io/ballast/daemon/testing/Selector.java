package io.ballast.daemon.testing;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** The label and field selectors of one list or watch, with the operators that kube-proxy uses. Immutable. */
record Selector(List<Predicate<JsonNode>> requirements) {

    static Selector of(Map<String, String> query) {
        return new Selector(Stream.concat(
                        split(query.getOrDefault("labelSelector", "")).map(text -> requirement(text, Selector::label)),
                        split(query.getOrDefault("fieldSelector", "")).map(text -> requirement(text, Selector::field)))
                .toList());
    }

    boolean matches(JsonNode object) {
        return requirements.stream().allMatch(requirement -> requirement.test(object));
    }

    private static Stream<String> split(String selectors) {
        return Arrays.stream(selectors.split(",")).filter(text -> !text.isEmpty());
    }

    private interface Lookup {
        JsonNode in(JsonNode object, String key);
    }

    private static Predicate<JsonNode> requirement(String text, Lookup lookup) {
        if (text.startsWith("!")) {
            return object -> lookup.in(object, text.substring(1)).isMissingNode();
        }
        int unequal = text.indexOf("!=");
        if (unequal > 0) {
            return object ->
                    !lookup.in(object, text.substring(0, unequal)).asText().equals(text.substring(unequal + 2));
        }
        int equal = text.indexOf('=');
        if (equal > 0) {
            return object ->
                    lookup.in(object, text.substring(0, equal)).asText().equals(text.substring(equal + 1));
        }
        return object -> !lookup.in(object, text).isMissingNode();
    }

    private static JsonNode label(JsonNode object, String key) {
        return object.path("metadata").path("labels").path(key);
    }

    private static JsonNode field(JsonNode object, String key) {
        return object.at("/" + key.replace('.', '/'));
    }
}
