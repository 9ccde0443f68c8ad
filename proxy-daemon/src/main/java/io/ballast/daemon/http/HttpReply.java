package io.ballast.daemon.http;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * An answer. <em>Immutable</em>, but for a streamed body, which is read once.
 *
 * @param headers in the order they are sent
 */
public record HttpReply(int status, Map<String, String> headers, Body body) {
    /** {@code application/json}, as upstream's health servers spell it. */
    public static final String JSON = "application/json";

    /** Plain text, as Go spells it. */
    public static final String TEXT = "text/plain; charset=utf-8";

    private static final String CONTENT_TYPE = "Content-Type";
    private static final String CONTENT_TYPE_OPTIONS = "X-Content-Type-Options";

    public HttpReply {
        headers = Collections.unmodifiableMap(new LinkedHashMap<>(headers));
    }

    /** What is sent after the head. */
    public sealed interface Body {
        /** Known in full. */
        record Fixed(String text) implements Body {}

        /** Produced while it is sent. */
        record Streamed(BodySource source) implements Body {}
    }

    public static HttpReply of(int status, String contentType, String body) {
        return of(status, contentType, new Body.Fixed(body));
    }

    public static HttpReply streamed(String contentType, BodySource source) {
        return of(200, contentType, new Body.Streamed(source));
    }

    private static HttpReply of(int status, String contentType, Body body) {
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put(CONTENT_TYPE, contentType);
        headers.put(CONTENT_TYPE_OPTIONS, "nosniff");
        return new HttpReply(status, headers, body);
    }

    /** The answer of Go's {@code http.NotFound}, byte for byte. */
    public static HttpReply notFound() {
        return of(404, TEXT, "404 page not found\n");
    }

    /** The same answer with one more header, or another value of it. */
    public HttpReply with(String name, String value) {
        Map<String, String> more = new LinkedHashMap<>(headers);
        more.put(name, value);
        return new HttpReply(status, more, body);
    }
}
