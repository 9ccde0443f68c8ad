package io.ballast.core.stats;

/** Which way bytes or datagrams flow; the label {@code direction}. */
public enum Direction {
    TO_ENDPOINT("to_endpoint"),
    TO_CLIENT("to_client");

    private final String label;

    Direction(String label) {
        this.label = label;
    }

    public String label() {
        return label;
    }
}
