package io.ballast.daemon.manifest;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * One object of a file. <em>Immutable</em>, as long as nobody changes the tree.
 *
 * @param line where it begins, counted from 1
 */
public record ManifestDocument(JsonNode object, int line) {}
