package io.ballast.daemon.config;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** A flag of the daemon: its name, its help and what it sets. The command line is built from these. <em>Immutable.</em> */
public final class Flag {
    private final String name;
    private final Scope scope;
    private final String placeholder;
    private final String description;
    private final List<Field<?>> fields;

    Flag(String name, Scope scope, String placeholder, String description, List<Field<?>> fields) {
        this.name = name;
        this.scope = scope;
        this.placeholder = placeholder;
        this.description = description;
        this.fields = List.copyOf(fields);
    }

    /** Where a flag comes from, which decides whether it counts beside {@code --config}. */
    public enum Scope {
        /** What to do at all; always counts. */
        PROCESS("What to do"),
        /** Ballast's own; overrides the file's second document. */
        BALLAST("Ballast"),
        /** kube-proxy's; ignored with {@code --config}, as upstream does. */
        KUBE_PROXY("As with kube-proxy (ignored when --config is given)"),
        /** Logging; overrides the file. */
        LOGGING("Logging"),
        /** kube-proxy's, without an effect in user space. */
        WITHOUT_EFFECT("Accepted for kube-proxy's sake, without effect here");

        private final String heading;

        Scope(String heading) {
            this.heading = heading;
        }

        public String heading() {
            return heading;
        }
    }

    /** The name without dashes, {@code bind-address}. */
    public String name() {
        return name;
    }

    /** The name as one types it, {@code --bind-address}. */
    public String option() {
        return "--" + name;
    }

    /** A second, one-letter name as one types it, if there is one. */
    public @Nullable String shortOption() {
        return name.equals("v") ? "-v" : null;
    }

    public Scope scope() {
        return scope;
    }

    /** Stands for the value in the help. */
    public String placeholder() {
        return placeholder;
    }

    public String description() {
        return description;
    }

    /** Whether the bare flag means true, so that a value must be attached with an equals sign. */
    public boolean isSwitch() {
        return fields.get(0).kind().equals(Kinds.BOOL);
    }

    List<Field<?>> fields() {
        return fields;
    }
}
