package io.ballast.daemon.config;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A verbosity for the classes that match a pattern: {@code --vmodule} of kube-proxy's logging flags. <em>Immutable.</em>
 *
 * @param filePattern with {@code *} and {@code ?}; matched against a class's simple name, or against its full name when
 *     it contains a dot or a slash
 */
public record VModule(String filePattern, int verbosity) {
    static final Kind<List<VModule>> LIST = new Kind<>(VModule::fromFlags, VModule::fromFile, VModule::toDocument);

    public VModule {
        if (filePattern.isEmpty() || filePattern.indexOf('=') >= 0 || filePattern.indexOf(',') >= 0) {
            throw new IllegalArgumentException("has an empty file pattern or one with an equals sign or a comma");
        }
        if (verbosity < 0) {
            throw new IllegalArgumentException("has a negative verbosity for " + filePattern);
        }
    }

    private static List<VModule> fromFlags(List<String> values) {
        return Kinds.splitAll(values).stream().map(VModule::fromFlag).toList();
    }

    private static VModule fromFlag(String entry) {
        int equals = entry.lastIndexOf('=');
        if (equals < 0) {
            throw new IllegalArgumentException("is not of the form pattern=N,other=N");
        }
        return new VModule(entry.substring(0, equals), GoScalars.parseInt(entry.substring(equals + 1)));
    }

    private static List<VModule> fromFile(Object raw) {
        if (!(raw instanceof List<?> entries)) {
            throw new IllegalArgumentException("must be a list of filePattern and verbosity");
        }
        return entries.stream().map(VModule::fromFileEntry).toList();
    }

    private static VModule fromFileEntry(Object entry) {
        if (entry instanceof Map<?, ?> map
                && map.get("filePattern") instanceof String pattern
                && map.get("verbosity") instanceof Long) {
            return new VModule(pattern, Kinds.fileInt(map.get("verbosity")));
        }
        throw new IllegalArgumentException("must be a list of filePattern (string) and verbosity (number)");
    }

    private static Object toDocument(List<VModule> modules) {
        List<Object> list = new ArrayList<>();
        for (VModule module : modules) {
            Map<String, Object> entry = new LinkedHashMap<>();
            entry.put("filePattern", module.filePattern());
            entry.put("verbosity", module.verbosity());
            list.add(entry);
        }
        return list;
    }
}
