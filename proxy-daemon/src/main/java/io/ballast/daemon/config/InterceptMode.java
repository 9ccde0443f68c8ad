package io.ballast.daemon.config;

/** How packets for frontends reach the relay: {@code --intercept}. */
public enum InterceptMode implements Labelled {
    AUTO("auto"),
    SK_LOOKUP("sk-lookup"),
    BIND("bind");

    private final String label;

    InterceptMode(String label) {
        this.label = label;
    }

    @Override
    public String label() {
        return label;
    }
}
