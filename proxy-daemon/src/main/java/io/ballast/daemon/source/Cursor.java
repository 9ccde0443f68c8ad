package io.ballast.daemon.source;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A place in an object. Reads values tolerantly: what is missing or null has a fallback, what has the wrong type is
 * reported with the path of the field and has the fallback too. Never throws. Confined to one thread.
 *
 * @param parent null at the root
 * @param name of the field in its parent, or the parent's name where this is an item of a list
 * @param index in a list, -1 elsewhere
 */
record Cursor(JsonNode node, @Nullable Cursor parent, String name, int index, Problems problems) {
    private static final int SHOWN = 60;

    static Cursor root(JsonNode node, Problems problems) {
        return new Cursor(node, null, "", -1, problems);
    }

    Cursor get(String field) {
        return new Cursor(node.path(field), this, field, -1, problems);
    }

    boolean isAbsent() {
        return node.isMissingNode() || node.isNull();
    }

    /** Items of a list, none where it is absent. */
    List<Cursor> items() {
        if (isAbsent()) {
            return List.of();
        }
        if (!node.isArray()) {
            report("write a list", "Nothing is read from it.");
            return List.of();
        }
        List<Cursor> items = new ArrayList<>(node.size());
        for (int i = 0; i < node.size(); i++) {
            items.add(new Cursor(node.path(i), this, name, i, problems));
        }
        return items;
    }

    String text(String fallback) {
        return textIfAny().orElse(fallback);
    }

    /** The text, which may be ""; empty where there is none or something else. */
    private Optional<String> textIfAny() {
        if (isAbsent()) {
            return Optional.empty();
        }
        if (!node.isTextual()) {
            report("write text in quotes", "It is ignored.");
            return Optional.empty();
        }
        return Optional.of(node.textValue());
    }

    /** Texts of a list; items that are no text are reported and left out. */
    List<String> texts(Canonical canonical) {
        List<String> texts = new ArrayList<>(node.size());
        for (Cursor item : items()) {
            String text = item.text("");
            if (!text.isEmpty()) {
                texts.add(canonical.of(text));
            }
        }
        return texts;
    }

    /** Text values of a mapping whose keys are wanted. */
    Map<String, String> textMap(Predicate<String> wanted, Canonical canonical) {
        if (isAbsent()) {
            return Map.of();
        }
        if (!node.isObject()) {
            report("write a mapping of names to texts", "Nothing is read from it.");
            return Map.of();
        }
        Map<String, String> map = new LinkedHashMap<>();
        node.fieldNames().forEachRemaining(key -> {
            if (wanted.test(key)) {
                get(key).textIfAny().ifPresent(value -> map.put(canonical.of(key), canonical.of(value)));
            }
        });
        return map;
    }

    boolean flag(boolean fallback) {
        if (isAbsent()) {
            return fallback;
        }
        if (!node.isBoolean()) {
            report("write true or false", "It counts as " + fallback + ".");
            return fallback;
        }
        return node.booleanValue();
    }

    boolean isNumber(int min, int max) {
        return node.isIntegralNumber() && node.canConvertToInt() && node.intValue() >= min && node.intValue() <= max;
    }

    /**
     * @param consequence of a bad value, a sentence
     */
    int number(int min, int max, int fallback, String consequence) {
        if (isAbsent()) {
            return fallback;
        }
        if (!isNumber(min, max)) {
            report("write a number from " + min + " to " + max + " without quotes", consequence);
            return fallback;
        }
        return node.intValue();
    }

    /** A time as the API server writes it (RFC 3339). */
    Instant time(Instant fallback) {
        String text = text("");
        if (text.isEmpty()) {
            return fallback;
        }
        try {
            return Instant.parse(text);
        } catch (DateTimeParseException e) {
            report("write a time as in \"2026-01-31T12:00:00Z\"", "It is ignored.");
            return fallback;
        }
    }

    /** Says what stands here, what to write instead and what happens meanwhile. */
    void report(String remedy, String consequence) {
        problems.add(complaint(remedy, consequence));
    }

    /** As {@link #report}, for the value of an annotation. */
    void reportAnnotation(String remedy, String consequence) {
        problems.addAnnotation(complaint(remedy, consequence));
    }

    private String complaint(String remedy, String consequence) {
        return path() + " is " + shown() + ": " + remedy + ". " + consequence;
    }

    /** What stands here, for a message. */
    private String shown() {
        if (node.isMissingNode()) {
            return "missing";
        }
        String text = node.toString();
        return text.length() <= SHOWN ? text : text.substring(0, SHOWN) + "…";
    }

    /** As in {@code spec.ports[0].port}. */
    String path() {
        if (index >= 0 && parent != null) {
            return parent.path() + "[" + index + "]";
        }
        String above = parent == null ? "" : parent.path();
        return above.isEmpty() ? name : above + "." + name;
    }
}
