package io.ballast.core.scheduling;

import java.io.IOException;
import java.io.OutputStream;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;

/** Compiles a user's sources against the public interfaces and packs them into a jar outside the build. */
final class PluginJar {
    private PluginJar() {}

    /**
     * @param sources by class name, in the default package
     * @param services lines of the service file
     */
    static Path build(Path directory, String name, Map<String, String> sources, String... services) throws IOException {
        Path work = Files.createDirectories(directory.resolve(name));
        List<String> arguments = new ArrayList<>(
                List.of("-d", work.toString(), "-proc:none", "-cp", System.getProperty("java.class.path")));
        for (Map.Entry<String, String> source : sources.entrySet()) {
            Path file = work.resolve(source.getKey() + ".java");
            Files.writeString(file, source.getValue());
            arguments.add(file.toString());
        }
        compile(arguments);
        Path jar = directory.resolve(name + ".jar");
        try (OutputStream out = Files.newOutputStream(jar);
                JarOutputStream entries = new JarOutputStream(out);
                Stream<Path> files = Files.list(work)) {
            for (Path file :
                    files.filter(each -> each.toString().endsWith(".class")).toList()) {
                add(entries, file.getFileName().toString(), Files.readAllBytes(file));
            }
            byte[] lines = String.join("\n", services).getBytes(StandardCharsets.UTF_8);
            add(entries, "META-INF/services/" + SchedulerProvider.class.getName(), lines);
        }
        return jar;
    }

    private static void compile(List<String> arguments) {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        StringWriter messages = new StringWriter();
        List<String> files =
                arguments.stream().filter(each -> each.endsWith(".java")).toList();
        if (files.isEmpty()) {
            return;
        }
        var manager = compiler.getStandardFileManager(null, null, StandardCharsets.UTF_8);
        List<String> options =
                arguments.stream().filter(each -> !each.endsWith(".java")).toList();
        boolean done = compiler.getTask(
                        messages, manager, null, options, null, manager.getJavaFileObjectsFromStrings(files))
                .call();
        if (!done) {
            throw new AssertionError(messages.toString());
        }
    }

    private static void add(JarOutputStream jar, String name, byte[] content) throws IOException {
        jar.putNextEntry(new JarEntry(name));
        jar.write(content);
        jar.closeEntry();
    }
}
