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
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The files of a directory and what they say together. Confined to the scanning thread. */
final class ManifestStore {
    private static final Logger log = LoggerFactory.getLogger(ManifestStore.class);
    private static final String PATTERN = "*.{yaml,yml,json}";

    private final ObjectMapping mapping;
    private final Delivery delivery;
    private final Consumer<ObjectProblem> problems;
    private final InstantSource clock = InstantSource.system();
    private final TreeMap<Path, FileContent> files = new TreeMap<>();
    private Set<ObjectProblem> toldTwice = Set.of();

    ManifestStore(Selectors selectors, ObjectSink sink, Consumer<ObjectProblem> problems) {
        this.mapping = new ObjectMapping(selectors, problems);
        this.delivery = new Delivery(sink);
        this.problems = problems;
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
        present.forEach(this::look);
        delivery.deliver(merged());
    }

    private void look(Path file) {
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
            failed(file, before, before.failed(null, "", file + " cannot be read: " + e), "check its permissions");
        }
    }

    private void read(Path file, FileContent before, Stamp stamp) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        String digest = digest(bytes);
        if (digest.equals(before.digest())) {
            files.put(file, before.seen(stamp));
            return;
        }
        try {
            Map<ObjectKey, Located> objects = mapping.map(file, ManifestReader.parse(file, bytes), before.objects());
            files.put(file, new FileContent(stamp, digest, objects, ""));
            if (!before.problem().isEmpty()) {
                log.atInfo().addKeyValue("file", file).log("Manifest can be read again");
            }
        } catch (ManifestException e) {
            String problem = file + ":" + e.line() + ": " + e.getMessage();
            failed(file, before, before.failed(stamp, digest, problem), e.remedy());
        }
    }

    private void failed(Path file, FileContent before, FileContent after, String remedy) {
        if (Thread.currentThread().isInterrupted()) {
            return;
        }
        files.put(file, after);
        if (!after.problem().equals(before.problem())) {
            log.atWarn()
                    .addKeyValue("file", file)
                    .addKeyValue("problem", after.problem())
                    .addKeyValue("remedy", remedy)
                    .log("Manifest cannot be read; its last good objects stay");
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
        Set<ObjectProblem> twice = new HashSet<>();
        for (FileContent file : files.values()) {
            file.objects().forEach((key, located) -> {
                Located first = objects.putIfAbsent(key, located);
                if (first != null) {
                    twice.add(key.twice(first.place(), located.place()));
                }
            });
        }
        twice.stream().filter(problem -> !toldTwice.contains(problem)).forEach(problems);
        toldTwice = twice;
        return objects;
    }
}
