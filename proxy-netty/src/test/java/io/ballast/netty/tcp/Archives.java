package io.ballast.netty.tcp;

import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;

/** Makes archives of the directories on this process's class path. */
final class Archives {
    private Archives() {}

    /** The class path with each directory replaced by an archive of its content. */
    static String ofClassPath(Path target) throws IOException {
        List<String> elements = new ArrayList<>();
        for (String element : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
            Path path = Path.of(element);
            elements.add(Files.isDirectory(path) ? archive(path, target.resolve(elements.size() + ".jar")) : element);
        }
        return String.join(File.pathSeparator, elements);
    }

    private static String archive(Path directory, Path archive) throws IOException {
        try (OutputStream file = Files.newOutputStream(archive);
                JarOutputStream jar = new JarOutputStream(file);
                Stream<Path> content = Files.walk(directory)) {
            for (Path path : content.filter(Files::isRegularFile).toList()) {
                jar.putNextEntry(new JarEntry(directory.relativize(path).toString()));
                Files.copy(path, jar);
                jar.closeEntry();
            }
        }
        return archive.toString();
    }
}
