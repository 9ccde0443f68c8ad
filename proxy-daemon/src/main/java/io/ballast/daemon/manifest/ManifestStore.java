package io.ballast.daemon.manifest;

import io.ballast.core.spi.ObjectSink;
import io.ballast.daemon.manifest.FileContent.Located;
import io.ballast.daemon.manifest.FileContent.Stamp;
import io.ballast.daemon.source.ObjectProblem;
import io.ballast.daemon.source.Selectors;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The files of a directory and what they say together. Confined to the scanning thread. */
final class ManifestStore {
    static final String PATTERN = "*.{yaml,yml,json}";

    private final ObjectMapping mapping;
    private final Delivery delivery;
    private final ManifestListener listener;
    private final InstantSource clock = InstantSource.system();
    private final TreeMap<Path, FileContent> files = new TreeMap<>();
    private Map<ObjectProblem, String> toldTwice = Map.of();

    /**
     * @param naming what a file is called in messages about its objects
     */
    ManifestStore(Selectors selectors, ObjectSink sink, ManifestListener listener, Function<Path, String> naming) {
        this.mapping = new ObjectMapping(selectors, listener, naming);
        this.delivery = new Delivery(sink);
        this.listener = listener;
    }

    Delivery delivery() {
        return delivery;
    }

    /** What is wrong with the first file that cannot be read, "" when all can. */
    String problem() {
        return files.values().stream()
                .map(FileContent::problem)
                .filter(problem -> !problem.isEmpty())
                .findFirst()
                .orElse("");
    }

    /** Reads the files that changed and delivers what differs. */
    void scan(Path directory) throws IOException {
        List<Path> present = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory, PATTERN)) {
            entries.forEach(present::add);
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
        Collections.sort(present);
        files.keySet().retainAll(present);
        mapping.retain(present);
        present.forEach(this::look);
        deliver();
    }

    /** Delivers what differs from what was delivered before. */
    void deliver() {
        delivery.deliver(merged());
    }

    /** Where the object stands that is used, "" when there is none. */
    String place(ObjectKey key) {
        return files.values().stream()
                .map(file -> file.objects().get(key))
                .filter(Objects::nonNull)
                .findFirst()
                .map(Located::place)
                .orElse("");
    }

    /** Reads one file if it changed. */
    void look(Path file) {
        FileContent before = files.getOrDefault(file, FileContent.NONE);
        try {
            BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
            if (!attributes.isDirectory() && !before.isCurrent(attributes)) {
                read(file, before, Stamp.of(attributes, clock.instant()));
            }
        } catch (NoSuchFileException e) {
            // Gone since the directory was listed, or a link to nowhere.
            files.remove(file);
        } catch (IOException e) {
            failed(
                    file,
                    before,
                    null,
                    "",
                    new Failure(file.toString(), "cannot be read: " + e, "check its permissions"));
        }
    }

    private void read(Path file, FileContent before, Stamp stamp) throws IOException {
        read(file, before, stamp, Files.readAllBytes(file));
    }

    /** Takes in the content of a file, from wherever it is. */
    void read(Path file, byte[] bytes) {
        read(file, FileContent.NONE, null, bytes);
    }

    private void read(Path file, FileContent before, @Nullable Stamp stamp, byte[] bytes) {
        String digest = digest(bytes);
        if (digest.equals(before.digest())) {
            files.put(file, new FileContent(stamp, digest, before.objects(), before.problem()));
            return;
        }
        try {
            Map<ObjectKey, Located> objects = mapping.map(file, ManifestReader.parse(file, bytes), before.objects());
            files.put(file, new FileContent(stamp, digest, objects, ""));
            if (!before.problem().isEmpty()) {
                listener.readable(file);
            }
        } catch (ManifestException e) {
            String place = ManifestDocument.place(file.toString(), e.line(), e.document());
            failed(file, before, stamp, digest, new Failure(place, String.valueOf(e.getMessage()), e.remedy()));
        }
    }

    private record Failure(String place, String problem, String remedy) {}

    private void failed(Path file, FileContent before, @Nullable Stamp stamp, String digest, Failure failure) {
        if (Thread.currentThread().isInterrupted()) {
            return;
        }
        FileContent after = before.failed(stamp, digest, failure.place() + ": " + failure.problem());
        files.put(file, after);
        if (!after.problem().equals(before.problem())) {
            listener.unreadable(file, failure.place(), failure.problem(), failure.remedy());
        }
    }

    private static String digest(byte[] bytes) {
        try {
            return Base64.getEncoder()
                    .encodeToString(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every JDK has SHA-256", e);
        }
    }

    /** All objects; of those in two files the one of the first file by name. */
    private Map<ObjectKey, Located> merged() {
        Map<ObjectKey, Located> objects = new LinkedHashMap<>();
        Map<ObjectProblem, String> twice = new HashMap<>();
        for (FileContent file : files.values()) {
            file.objects().forEach((key, located) -> {
                Located first = objects.putIfAbsent(key, located);
                if (first != null) {
                    twice.put(key.twice(first.place()), located.place());
                }
            });
        }
        twice.forEach((problem, place) -> {
            if (!place.equals(toldTwice.get(problem))) {
                listener.problem(place, problem);
            }
        });
        toldTwice = twice;
        return objects;
    }
}
