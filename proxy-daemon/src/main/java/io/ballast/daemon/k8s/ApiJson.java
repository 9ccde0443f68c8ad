package io.ballast.daemon.k8s;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.filter.FilteringParserDelegate;
import com.fasterxml.jackson.core.filter.TokenFilter;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Reads the API's JSON piece by piece: a list is never in memory as a whole, whatever its size. Thread-safe. */
final class ApiJson {
    static final ObjectMapper MAPPER = new ObjectMapper();
    private static final JsonFactory FACTORY = MAPPER.getFactory();

    /** Half of most objects is {@code managedFields}, which nobody here reads; it is dropped while it is read. */
    private static final TokenFilter WITHOUT_MANAGED_FIELDS = new TokenFilter() {
        @Override
        public @Nullable TokenFilter includeProperty(String name) {
            return name.equals("managedFields") ? null : this;
        }
    };

    /**
     * The end of one page of a list.
     *
     * @param next token of the next page, "" at the last
     */
    record Page(String resourceVersion, String next) {}

    private ApiJson() {}

    static JsonParser parser(InputStream in) throws IOException {
        return new FilteringParserDelegate(
                FACTORY.createParser(in), WITHOUT_MANAGED_FIELDS, TokenFilter.Inclusion.INCLUDE_ALL_AND_PATH, true);
    }

    /**
     * Hands over the items of a list, one by one.
     *
     * @throws IOException also when the answer is some other object: taken for an empty list, an error that a load
     *     balancer wraps into a success would withdraw every Service
     */
    static Page readList(InputStream in, Consumer<JsonNode> items) throws IOException {
        try (JsonParser parser = parser(in)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw new IOException("the answer is not a list but " + parser.currentToken());
            }
            JsonNode metadata = MAPPER.missingNode();
            boolean hasItems = false;
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String field = parser.currentName();
                parser.nextToken();
                if (field.equals("metadata")) {
                    metadata = MAPPER.readTree(parser);
                } else if (field.equals("items")) {
                    hasItems = true;
                    readItems(parser, items);
                } else {
                    parser.skipChildren();
                }
            }
            String version = metadata.path("resourceVersion").asText("");
            // The filter drops empty arrays, so that an empty list shows by its version alone.
            if (!hasItems && version.isEmpty()) {
                throw new IOException("the answer is not a list: it has neither items nor a version");
            }
            return new Page(version, metadata.path("continue").asText(""));
        }
    }

    private static void readItems(JsonParser parser, Consumer<JsonNode> items) throws IOException {
        if (parser.currentToken() != JsonToken.START_ARRAY) {
            parser.skipChildren();
            return;
        }
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            items.accept(MAPPER.readTree(parser));
        }
    }

    /** The next event of a watch, or null when the server ended it. */
    static @Nullable JsonNode readEvent(JsonParser parser) throws IOException {
        if (parser.nextToken() == null) {
            return null;
        }
        return MAPPER.readTree(parser);
    }

    /** What a Status object says, or the text itself when it is none. */
    static String statusMessage(String body) {
        try {
            return MAPPER.readTree(body).path("message").asText(body);
        } catch (JsonProcessingException e) {
            return body.strip();
        }
    }
}
