package io.ballast.netty.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * What a test has opened: closed in reverse order, all of it whatever fails, after the test where it is registered as an
 * extension. The first failure carries the others. Confined to one thread.
 */
public final class Resources implements AfterEachCallback, AutoCloseable {
    private final Deque<AutoCloseable> open = new ArrayDeque<>();

    /** Returns the resource, which from now on is closed with the rest. */
    public <T extends AutoCloseable> T keep(T resource) {
        open.push(resource);
        return resource;
    }

    /** A new directory, which is deleted with all that is in it. */
    public Path directory() {
        try {
            Path directory = Files.createTempDirectory("ballast-test");
            keep(() -> delete(directory));
            return directory;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> all = Files.walk(directory)) {
            for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(each);
            }
        }
    }

    @Override
    public void afterEach(ExtensionContext context) throws Exception {
        close();
    }

    @Override
    public void close() throws Exception {
        Throwable failure = null;
        while (!open.isEmpty()) {
            failure = and(failure, close(open.pop()));
        }
        if (failure instanceof Error error) {
            throw error;
        }
        if (failure != null) {
            throw (Exception) failure;
        }
    }

    private static @Nullable Throwable close(AutoCloseable resource) {
        try {
            resource.close();
            return null;
        } catch (Exception | Error e) {
            return e;
        }
    }

    private static @Nullable Throwable and(@Nullable Throwable first, @Nullable Throwable next) {
        if (first == null) {
            return next;
        }
        if (next != null) {
            first.addSuppressed(next);
        }
        return first;
    }
}
