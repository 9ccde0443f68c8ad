package io.ballast.core.testing;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.NullMarked;

/**
 * The packages of one module as compiled, and the rules about them that every module keeps. In tables a package goes by
 * its name below the module's root, and the root itself by {@code .}. Immutable.
 */
public final class ModulePackages {
    private final String root;
    private final JavaClasses classes;

    private ModulePackages(String root) {
        this.root = root;
        this.classes = new ClassFileImporter()
                .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                .importPackages(root);
    }

    /** The main classes below a package such as {@code io.ballast.core}. */
    public static ModulePackages below(String root) {
        return new ModulePackages(root);
    }

    public JavaClasses classes() {
        return classes;
    }

    /**
     * Fails where a package knows one that its row does not name, or has no row.
     *
     * @param table rows {@code package: known known}, each naming only those of rows above it: so there are no cycles. A
     *     class of the root that others know has a row of its own, under its simple name.
     */
    public void assertArrows(String table) {
        Map<String, List<String>> rows = rows(table);
        Set<String> above = new TreeSet<>();
        rows.forEach((name, known) -> {
            assertThat(above).as("rows above " + name).containsAll(known);
            above.add(name);
        });
        assertThat(above).as("rows").containsAll(names());
        Set<String> violations = new TreeSet<>();
        for (JavaClass each : classes) {
            String from = row(each, above);
            for (Dependency dependency : each.getDirectDependenciesFromSelf()) {
                JavaClass target = dependency.getTargetClass().getBaseComponentType();
                boolean inside = (target.getPackageName() + ".").startsWith(root + ".");
                String to = inside ? row(target, above) : from;
                if (!to.equals(from) && !rows.get(from).contains(to)) {
                    violations.add(from + " -> " + to + ": " + dependency.getDescription());
                }
            }
        }
        assertThat(violations).as("arrows that no row has").isEmpty();
    }

    private String row(JavaClass type, Set<String> rows) {
        String outermost =
                type.getName().substring(type.getPackageName().length() + 1).split("\\$", 2)[0];
        return type.getPackageName().equals(root) && rows.contains(outermost) ? outermost : name(type);
    }

    /**
     * Fails where a package uses a library that is not its own.
     *
     * @param table rows {@code library: package package}; a library is the beginning of its packages' names
     */
    public void assertLibraries(String table) {
        Set<String> violations = new TreeSet<>();
        rows(table).forEach((library, users) -> {
            for (JavaClass each : classes) {
                if (!users.contains(name(each))) {
                    each.getDirectDependenciesFromSelf().stream()
                            .filter(dependency ->
                                    dependency.getTargetClass().getPackageName().startsWith(library))
                            .forEach(dependency -> violations.add(dependency.getDescription()));
                }
            }
        });
        assertThat(violations).as("uses of a library outside its packages").isEmpty();
    }

    /** Fails where a package has no {@code package-info} with {@code @NullMarked}: NullAway passes over such a one. */
    public void assertNullMarked() {
        Set<String> marked = classes.stream()
                .filter(each -> each.getSimpleName().equals("package-info") && each.isAnnotatedWith(NullMarked.class))
                .map(this::name)
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(marked).as("packages with @NullMarked").isEqualTo(names());
    }

    private Set<String> names() {
        return classes.stream().map(this::name).collect(Collectors.toCollection(TreeSet::new));
    }

    private String name(JavaClass type) {
        String name = type.getPackageName();
        return name.equals(root) ? "." : name.substring(root.length() + 1);
    }

    private static Map<String, List<String>> rows(String table) {
        Map<String, List<String>> rows = new LinkedHashMap<>();
        table.lines().forEach(line -> {
            String[] cells = line.split(":", -1);
            List<String> names = Arrays.stream(cells[1].strip().split(" +"))
                    .filter(name -> !name.isEmpty())
                    .toList();
            assertThat(rows.put(cells[0].strip(), names))
                    .as("rows of " + cells[0])
                    .isNull();
        });
        return rows;
    }
}
