package io.ballast.daemon.manifest;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * One object of a file. <em>Immutable</em>, as long as nobody changes the tree.
 *
 * @param line where it begins, counted from 1
 * @param number of the document that holds it, counted from 1; the items of a list share one
 */
public record ManifestDocument(JsonNode object, int line, int number) {
    /** As in {@code web.yaml:12 (document 2)}. */
    public String place(String file) {
        return place(file, line, number);
    }

    static String place(String file, int line, int number) {
        return file + ":" + line + " (document " + number + ")";
    }
}
