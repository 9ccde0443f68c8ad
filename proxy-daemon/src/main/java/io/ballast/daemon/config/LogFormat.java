package io.ballast.daemon.config;

/** The form of a log line. */
public enum LogFormat implements Labelled {
    TEXT("text"),
    JSON("json");

    private final String label;

    LogFormat(String label) {
        this.label = label;
    }

    @Override
    public String label() {
        return label;
    }
}
