package io.ballast.daemon.check;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Finds and reads what the command line names: files, directories with all below them, {@code -}. */
final class InputFiles {
    private static final String STANDARD_INPUT = "-";

    private final InputStream standardInput;
    private final Findings findings;
    private final List<InputFile> files = new ArrayList<>();

    InputFiles(InputStream standardInput, Findings findings) {
        this.standardInput = standardInput;
        this.findings = findings;
    }

    /** In the order of the names, those of a directory sorted; what cannot be read is a finding. */
    List<InputFile> read(List<String> names) {
        names.forEach(this::read);
        return files;
    }

    private void read(String name) {
        try {
            if (name.equals(STANDARD_INPUT)) {
                files.add(new InputFile(Path.of("stdin"), standardInput.readAllBytes()));
                return;
            }
            Path path = Path.of(name);
            for (Path file : Files.isDirectory(path) ? below(path) : List.of(path)) {
                files.add(new InputFile(file, Files.readAllBytes(file)));
            }
        } catch (NoSuchFileException e) {
            findings.error(e.getFile(), "no such file; correct the path");
        } catch (IOException e) {
            findings.error(name, "cannot be read: " + e + "; check its permissions");
        }
    }

    /** Hidden files are left out: a mounted ConfigMap holds every file twice, once behind {@code ..data}. */
    private static List<Path> below(Path directory) throws IOException {
        try (Stream<Path> tree = Files.walk(directory, FileVisitOption.FOLLOW_LINKS)) {
            return tree.filter(file -> isManifest(directory.relativize(file)) && Files.isRegularFile(file))
                    .sorted()
                    .toList();
        }
    }

    private static boolean isManifest(Path file) {
        for (Path part : file) {
            if (part.toString().startsWith(".")) {
                return false;
            }
        }
        return file.toString().matches(".*\\.(yaml|yml|json)");
    }
}
