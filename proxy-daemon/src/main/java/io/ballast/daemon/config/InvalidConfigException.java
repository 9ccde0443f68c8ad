package io.ballast.daemon.config;

import java.util.List;

/** The configuration cannot be used: every mistake found in it, each naming option or field, value and remedy. */
public final class InvalidConfigException extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient List<String> problems;

    InvalidConfigException(List<String> problems) {
        super(String.join("\n", problems));
        this.problems = List.copyOf(problems);
    }

    InvalidConfigException(String problem) {
        this(List.of(problem));
    }

    /** One line each, never empty. */
    public List<String> problems() {
        return problems;
    }
}
