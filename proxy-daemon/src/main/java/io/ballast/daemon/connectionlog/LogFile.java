package io.ballast.daemon.connectionlog;

import java.io.BufferedWriter;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Where lines go: a file that is opened again when it was moved away (rotated), or standard output. Confined to one thread. */
final class LogFile implements AutoCloseable {
    /** Standard output, as a file name. */
    static final String STANDARD_OUTPUT = "-";

    private final @Nullable Path file;
    private Writer writer;
    private @Nullable Object opened;

    LogFile(String name) throws IOException {
        file = name.equals(STANDARD_OUTPUT) ? null : Path.of(name);
        writer = open();
    }

    private Writer open() throws IOException {
        if (file == null) {
            return new BufferedWriter(
                    new OutputStreamWriter(new FileOutputStream(FileDescriptor.out), StandardCharsets.UTF_8));
        }
        Writer fresh = Files.newBufferedWriter(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        opened = key(file);
        return fresh;
    }

    private static @Nullable Object key(Path file) throws IOException {
        try {
            return Files.readAttributes(file, BasicFileAttributes.class).fileKey();
        } catch (NoSuchFileException e) {
            return null;
        }
    }

    /** Follows a rotation; called before each batch. */
    void reopenIfMoved() throws IOException {
        if (file != null && !Objects.equals(opened, key(file))) {
            writer.close();
            writer = open();
        }
    }

    void write(String line) throws IOException {
        writer.write(line);
        writer.write('\n');
    }

    void flush() throws IOException {
        writer.flush();
    }

    @Override
    public void close() throws IOException {
        if (file == null) {
            writer.flush();
        } else {
            writer.close();
        }
    }
}
