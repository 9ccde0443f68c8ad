package io.ballast.daemon.check;

import io.ballast.core.model.NamespacedName;
import io.ballast.core.spi.WarningListener;
import io.ballast.daemon.check.Finding.Severity;
import io.ballast.daemon.config.InvalidConfigException;
import io.ballast.daemon.config.Notice;
import io.ballast.daemon.manifest.ManifestListener;
import io.ballast.daemon.source.ObjectProblem;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import org.slf4j.event.Level;

/** Hears everything that the daemon would tell its operator, and keeps it. Confined to one thread. */
final class Findings implements ManifestListener, WarningListener {
    /** With these everything is served: the daemon goes by a default instead. */
    private static final Set<String> HARMLESS =
            Set.of(ObjectProblem.INVALID_ANNOTATION, "UnknownScheduler", "NoHealthCheckNodePort");

    private final List<Finding> all = new ArrayList<>();
    private Function<NamespacedName, String> places = service -> "";

    List<Finding> all() {
        return List.copyOf(all);
    }

    /** Tells where each Service stands, from now on. */
    void locate(Function<NamespacedName, String> placeOf) {
        places = placeOf;
    }

    @Override
    public void problem(String place, ObjectProblem problem) {
        String subject = problem.object().isEmpty() ? problem.kind() : problem.kind() + " " + problem.object();
        all.add(new Finding(severity(problem.reason()), place, subject, problem.reason(), problem.message()));
    }

    @Override
    public void unreadable(Path file, String place, String problem, String remedy) {
        all.add(new Finding(Severity.ERROR, place, "", "Unreadable", problem + "; " + remedy));
    }

    @Override
    public void readable(Path file) {
        throw new AssertionError("each file is read once: " + file);
    }

    @Override
    public void ignored(String kind, String place) {
        all.add(new Finding(Severity.NOTE, place, "", "", "objects of kind " + kind + " are ignored"));
    }

    @Override
    public void warn(NamespacedName service, String reason, String message) {
        all.add(new Finding(severity(reason), places.apply(service), "Service " + service, reason, message));
    }

    private static Severity severity(String reason) {
        return HARMLESS.contains(reason) ? Severity.WARNING : Severity.ERROR;
    }

    void invalid(InvalidConfigException exception) {
        exception
                .problems()
                .forEach(problem -> all.add(new Finding(Severity.ERROR, "", "", "InvalidConfiguration", problem)));
    }

    void notice(String file, Notice notice) {
        Severity severity = notice.level() == Level.WARN ? Severity.WARNING : Severity.NOTE;
        String values = String.join(
                " ",
                new TreeMap<>(notice.values())
                        .entrySet().stream()
                                .filter(value -> !value.getKey().equals("file"))
                                .map(value -> value.getKey() + "=" + value.getValue())
                                .toList());
        all.add(new Finding(severity, file, "", "", notice.message() + ": " + values));
    }

    void error(String place, String message) {
        all.add(new Finding(Severity.ERROR, place, "", "Unreadable", message));
    }
}
