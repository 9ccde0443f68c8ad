package io.ballast.daemon.admin;

import static org.assertj.core.api.Assertions.assertThat;

import io.ballast.daemon.http.HttpReply;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class StatusPageTest {
    private final HttpReply reply = new StatusPage().reply();
    private final String html = ((HttpReply.Body.Fixed) reply.body()).text();
    private final String policy = reply.headers().getOrDefault("Content-Security-Policy", "");

    @Test
    void isOneSelfContainedDocument() {
        assertThat(reply.headers()).containsEntry("Content-Type", "text/html; charset=utf-8");
        assertThat(html).startsWith("<!doctype html>").doesNotContain("/*style*/", "/*script*/");
        assertThat(html.replace("xmlns='http://www.w3.org/2000/svg'", "").replace("'http://www.w3.org/2000/svg'", ""))
                .doesNotContain("http://", "https://", "//cdn", "@import", "src=");
    }

    @Test
    void policyAllowsExactlyItsOwnStyleAndScript() throws NoSuchAlgorithmException {
        assertThat(policy)
                .contains("default-src 'none'", "connect-src 'self'", "frame-ancestors 'none'", "base-uri 'none'")
                .contains("script-src " + hash(element("script")) + ";")
                .contains("style-src " + hash(element("style")) + ";")
                .doesNotContain("unsafe");
    }

    private String element(String name) {
        Matcher matcher = Pattern.compile("<" + name + ">(.*?)</" + name + ">", Pattern.DOTALL)
                .matcher(html);
        assertThat(matcher.find()).isTrue();
        String text = matcher.group(1);
        assertThat(matcher.find()).as("one " + name).isFalse();
        return text;
    }

    private static String hash(String text) throws NoSuchAlgorithmException {
        byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
        return "'sha256-" + Base64.getEncoder().encodeToString(digest) + "'";
    }

    @Test
    void neverTurnsTextIntoMarkup() {
        assertThat(element("script"))
                .doesNotContain(
                        "innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "new Function");
        assertThat(html).doesNotContainPattern(" style=|<[^>]* on[a-z]+=");
    }
}
