package io.ballast.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** {@code docs/e2e-coverage.md} names no test that does not exist, and no title without a test or a reason. */
class E2eCoverageTest {
    private static final Path DOCUMENT = Path.of("..", "docs", "e2e-coverage.md");
    private static final Pattern NAMED = Pattern.compile("`(\\w+(?:Test|IT))(?:#(\\w+))?`");
    private static final Pattern TEST = Pattern.compile("@((Parameterized)?Test|EveryTransport|EveryRelay)\\b");
    private static final Pattern METHOD = Pattern.compile("\\bvoid (\\w+)\\(");
    private static final Pattern ROW = Pattern.compile("(?m)^\\| (?!upstream title|---)([^|]+)\\|([^|]*)\\|$");

    @Test
    void everyTestThatIsNamedExists() throws IOException {
        Map<String, Set<String>> tests = tests();
        Set<String> unknown = new LinkedHashSet<>();
        for (MatchResult named :
                NAMED.matcher(Files.readString(DOCUMENT)).results().toList()) {
            Set<String> methods = tests.get(named.group(1));
            if (methods == null || (named.group(2) != null && !methods.contains(named.group(2)))) {
                unknown.add(named.group());
            }
        }

        assertThat(unknown).isEmpty();
    }

    @Test
    void everyTitleHasATestOrAReason() throws IOException {
        Map<String, String> rows = new HashMap<>();
        ROW.matcher(Files.readString(DOCUMENT))
                .results()
                .forEach(row -> rows.put(row.group(1).strip(), row.group(2).strip()));

        assertThat(rows).hasSizeGreaterThan(75).doesNotContainValue("");
    }

    /** Names of test methods by class, of all modules. */
    private static Map<String, Set<String>> tests() throws IOException {
        Map<String, Set<String>> tests = new HashMap<>();
        for (String module : new String[] {"proxy-core", "proxy-netty", "proxy-daemon"}) {
            try (Stream<Path> files = Files.walk(Path.of("..", module, "src", "test", "java"))) {
                files.filter(file -> file.toString().matches(".*(Test|IT)\\.java"))
                        .forEach(file -> tests.put(file.getFileName().toString().replace(".java", ""), methods(file)));
            }
        }
        return tests;
    }

    private static Set<String> methods(Path file) {
        Set<String> methods = new LinkedHashSet<>();
        try {
            String source = Files.readString(file);
            Matcher test = TEST.matcher(source);
            Matcher method = METHOD.matcher(source);
            while (test.find() && method.find(test.end())) {
                methods.add(method.group(1));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return methods;
    }
}
