package io.ballast.daemon.source;

import io.ballast.core.model.NamespacedName;
import org.jspecify.annotations.Nullable;

/**
 * Something an object says that cannot be served. <em>Immutable.</em>
 *
 * @param kind {@code Service}, {@code EndpointSlice} or {@code Node}
 * @param object {@code namespace/name}, as far as they are known
 * @param service the Service to blame, null where none can be told
 * @param reason of the event on the Service: {@code InvalidService}, {@code InvalidEndpointSlice}, or {@code
 *     InvalidAnnotation} where nothing else is wrong
 * @param message names field, value, remedy and consequence
 */
public record ObjectProblem(
        String kind, String object, @Nullable NamespacedName service, String reason, String message) {
    /** A bad annotation costs its own effect only; everything is served. */
    public static final String INVALID_ANNOTATION = "InvalidAnnotation";

    /** A problem for which the kind gives the reason. */
    public ObjectProblem(String kind, String object, @Nullable NamespacedName service, String message) {
        this(kind, object, service, "Invalid" + kind, message);
    }

    /** The same problem, with the place where the object stands before the message. */
    public ObjectProblem at(String place) {
        return new ObjectProblem(kind, object, service, reason, place + ": " + message);
    }
}
