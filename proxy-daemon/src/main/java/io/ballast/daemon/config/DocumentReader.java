package io.ballast.daemon.config;

import io.ballast.daemon.config.YamlDocument.Entry;
import io.ballast.daemon.config.YamlDocument.Mapping;
import io.ballast.daemon.config.YamlDocument.Scalar;
import io.ballast.daemon.config.YamlDocument.Value;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Turns one document of a configuration file into settings. Unknown and repeated fields are collected apart: kube-proxy
 * refuses them at first, then reads the file again without minding, and says so in the log.
 */
final class DocumentReader {
    private final String file;
    private final Problems problems;
    private final Map<String, Field<?>> fields = new HashMap<>();
    private final Set<String> sections = new HashSet<>();
    private final List<String> strictErrors = new ArrayList<>();

    DocumentReader(String file, List<Field<?>> known, Problems problems) {
        this.file = file;
        this.problems = problems;
        for (Field<?> field : known) {
            fields.put(field.path(), field);
            for (int dot = field.path().indexOf('.');
                    dot >= 0;
                    dot = field.path().indexOf('.', dot + 1)) {
                sections.add(field.path().substring(0, dot));
            }
        }
    }

    Settings read(YamlDocument document) {
        Settings settings = new Settings();
        readMapping(document.root(), "", settings);
        return settings;
    }

    /** What a strict reader would have refused, one phrase each. */
    List<String> strictErrors() {
        return List.copyOf(strictErrors);
    }

    private void readMapping(Mapping mapping, String prefix, Settings settings) {
        Set<String> seen = new HashSet<>();
        for (Entry entry : mapping.entries()) {
            String path = prefix + entry.key();
            if (!seen.add(entry.key())) {
                strictErrors.add("line " + entry.line() + ": field " + path + " again, the last one counts");
            }
            if (!path.equals("apiVersion") && !path.equals("kind")) {
                readEntry(entry, path, settings);
            }
        }
    }

    private void readEntry(Entry entry, String path, Settings settings) {
        Field<?> field = fields.get(path);
        if (field != null) {
            readField(field, entry, settings);
        } else if (!sections.contains(path)) {
            strictErrors.add("line " + entry.line() + ": unknown field " + path);
        } else if (entry.value() instanceof Mapping section) {
            readMapping(section, path + ".", settings);
        } else if (!(entry.value() instanceof Scalar scalar && scalar.value() == null)) {
            problems.add(origin(path, entry), "must be a mapping of field names");
        }
    }

    private <T> void readField(Field<T> field, Entry entry, Settings settings) {
        @Nullable Object raw = YamlDocument.plain(entry.value());
        if (raw == null || raw.equals("")) {
            return;
        }
        String origin = origin(field.path(), entry);
        try {
            T value = field.kind().file().apply(raw);
            if (!(field.zeroIsDefault() && isZero(value))) {
                settings.put(field, value, origin);
            }
        } catch (IllegalArgumentException e) {
            problems.add(origin, shown(entry.value()), String.valueOf(e.getMessage()));
        }
    }

    private static boolean isZero(Object value) {
        return value.equals(Duration.ZERO) || (value instanceof Number number && number.doubleValue() == 0);
    }

    private static Object shown(Value value) {
        return String.valueOf(YamlDocument.plain(value));
    }

    private String origin(String path, Entry entry) {
        return file + ": line " + entry.line() + ": " + path;
    }
}
