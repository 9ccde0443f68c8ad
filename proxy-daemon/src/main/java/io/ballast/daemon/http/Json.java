package io.ballast.daemon.http;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Writes JSON into a {@link StringBuilder}, without blanks, escaping as Go's {@code encoding/json} does ({@code <},
 * {@code >} and {@code &} included, so that no name can end a script). Confined to one thread.
 */
public final class Json {
    private static final String HEX = "0123456789abcdef";

    private final StringBuilder out;
    private boolean separate;

    public Json(StringBuilder out) {
        this.out = out;
    }

    /** One string, quoted and escaped. */
    public static String quoted(String text) {
        StringBuilder out = new StringBuilder(text.length() + 2);
        new Json(out).quote(text);
        return out.toString();
    }

    public Json beginObject() {
        return open('{');
    }

    public Json endObject() {
        return close('}');
    }

    public Json beginArray() {
        return open('[');
    }

    public Json endArray() {
        return close(']');
    }

    public Json name(String name) {
        separator();
        quote(name);
        out.append(':');
        separate = false;
        return this;
    }

    public Json field(String name, String value) {
        return name(name).value(value);
    }

    public Json field(String name, long value) {
        return name(name).value(value);
    }

    public Json field(String name, boolean value) {
        return name(name).value(value);
    }

    public Json value(String value) {
        separator();
        quote(value);
        return this;
    }

    public Json value(long value) {
        separator();
        out.append(value);
        return this;
    }

    public Json value(boolean value) {
        separator();
        out.append(value);
        return this;
    }

    /** A tree of maps, iterables, strings, numbers, booleans and nulls; anything else as its text. */
    public Json tree(@Nullable Object value) {
        if (value instanceof Map<?, ?> map) {
            beginObject();
            map.forEach((key, item) -> name(String.valueOf(key)).tree(item));
            return endObject();
        }
        if (value instanceof Iterable<?> items) {
            beginArray();
            items.forEach(this::tree);
            return endArray();
        }
        if (value == null || value instanceof Number || value instanceof Boolean) {
            separator();
            out.append(value);
            return this;
        }
        return value(value.toString());
    }

    private Json open(char bracket) {
        separator();
        out.append(bracket);
        separate = false;
        return this;
    }

    private Json close(char bracket) {
        out.append(bracket);
        separate = true;
        return this;
    }

    private void separator() {
        if (separate) {
            out.append(',');
        }
        separate = true;
    }

    private void quote(String text) {
        out.append('"');
        for (int i = 0; i < text.length(); i++) {
            appendEscaped(text.charAt(i));
        }
        out.append('"');
    }

    private void appendEscaped(char c) {
        switch (c) {
            case '"' -> out.append("\\\"");
            case '\\' -> out.append("\\\\");
            case '\n' -> out.append("\\n");
            case '\r' -> out.append("\\r");
            case '\t' -> out.append("\\t");
            default -> {
                if (c < ' ' || c == '<' || c == '>' || c == '&' || c == '\u2028' || c == '\u2029') {
                    out.append("\\u");
                    for (int shift = 12; shift >= 0; shift -= 4) {
                        out.append(HEX.charAt(c >> shift & 0xf));
                    }
                } else {
                    out.append(c);
                }
            }
        }
    }
}
