package io.ballast.core.tracking;

/**
 * Something wrong with a Service that costs only the item concerned. <em>Immutable.</em>
 *
 * @param reason CamelCase word, as in the {@code reason} of a Kubernetes Event
 * @param message names field, value and remedy
 */
record Problem(String reason, String message) {
    static final String ANNOTATION = "InvalidAnnotation";
    static final String SCHEDULER = "UnknownScheduler";
    static final String ADDRESS = "InvalidAddress";
    static final String PORT = "InvalidPort";
    static final String PROTOCOL = "ProtocolNotSupported";
    static final String HEALTH_CHECK_PORT = "NoHealthCheckNodePort";
    static final String CONFLICT = "FrontendConflict";
    static final String BALANCER = "SchedulerFailed";

    private static final int SHOWN = 100;

    /** A value for a message, in quotes; of a long one the beginning. */
    static String quoted(String value) {
        return "\"" + shortened(value) + "\"";
    }

    static String shortened(String text) {
        return text.length() <= SHOWN ? text : text.substring(0, SHOWN) + "…";
    }
}
