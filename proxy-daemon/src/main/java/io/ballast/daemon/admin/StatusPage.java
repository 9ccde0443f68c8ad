package io.ballast.daemon.admin;

import io.ballast.daemon.http.HttpReply;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The status page: one HTML document with its style and its scripts, put together from resources when it is first asked
 * for. <em>Confined to the admin loop.</em>
 *
 * <p>The content security policy allows exactly this style and these scripts, by hash, and requests to ourselves;
 * markup that a name smuggled in could do nothing.
 */
final class StatusPage {
    private static final String HTML = "text/html; charset=utf-8";
    private static final List<String> SCRIPTS = List.of(
            "format.js",
            "dom.js",
            "rates.js",
            "overview.js",
            "servicerow.js",
            "services.js",
            "connections.js",
            "explain.js",
            "node.js",
            "app.js");

    private @Nullable HttpReply reply;

    HttpReply reply() {
        if (reply == null) {
            reply = assemble();
        }
        return reply;
    }

    private static HttpReply assemble() {
        String style = resource("page.css");
        String script = SCRIPTS.stream()
                .map(StatusPage::resource)
                .collect(Collectors.joining("\n", "(function () {\n'use strict';\n", "\n})();\n"));
        String html = resource("page.html").replace("/*style*/", style).replace("/*script*/", script);
        String policy = "default-src 'none'; script-src " + hash(script) + "; style-src " + hash(style)
                + "; connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
        return HttpReply.of(200, HTML, html).with("Content-Security-Policy", policy);
    }

    private static String resource(String name) {
        try (InputStream in = StatusPage.class.getResourceAsStream("page/" + name)) {
            if (in == null) {
                throw new IllegalStateException("page/" + name + " is missing from the jar");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** As a source of a content security policy: {@code 'sha256-…'}. */
    private static String hash(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return "'sha256-" + Base64.getEncoder().encodeToString(digest) + "'";
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java platform has SHA-256", e);
        }
    }
}
