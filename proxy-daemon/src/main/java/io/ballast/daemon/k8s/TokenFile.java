package io.ballast.daemon.k8s;

import io.fabric8.kubernetes.client.OAuthTokenProvider;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The bearer token in a file, read for every request: service account tokens rotate within the hour, and there are few
 * requests. Thread-safe.
 */
final class TokenFile implements OAuthTokenProvider {
    private static final Logger log = LoggerFactory.getLogger(TokenFile.class);

    private final Path file;
    private volatile @Nullable String last;

    TokenFile(Path file) {
        this.file = file;
    }

    @Override
    public @Nullable String getToken() {
        try {
            last = Files.readString(file).trim();
        } catch (IOException e) {
            log.atDebug().addKeyValue("file", file).setCause(e).log("Token cannot be read; the last one stays");
        }
        return last;
    }
}
