package io.ballast.daemon.source;

import io.ballast.core.model.NamespacedName;
import org.jspecify.annotations.Nullable;

/**
 * Something an object says that cannot be served. <em>Immutable.</em>
 *
 * @param kind {@code Service}, {@code EndpointSlice} or {@code Node}
 * @param object {@code namespace/name}, as far as they are known
 * @param service the Service to blame, null where none can be told
 * @param message names field, value, remedy and consequence
 */
public record ObjectProblem(
        String kind, String object, @Nullable NamespacedName service, String message) {

    /** Reason of the event on the Service: {@code InvalidService} or {@code InvalidEndpointSlice}. */
    public String reason() {
        return "Invalid" + kind;
    }

    /** The same problem, with the place where the object stands before the message. */
    public ObjectProblem at(String place) {
        return new ObjectProblem(kind, object, service, place + ": " + message);
    }
}
