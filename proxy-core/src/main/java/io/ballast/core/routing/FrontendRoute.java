package io.ballast.core.routing;

import io.ballast.core.model.Frontend;
import io.ballast.core.model.FrontendKind;

/**
 * A frontend with the route it leads to. <em>Immutable.</em>
 *
 * <p>Two Services may claim one address and port; the table keeps the one that was created first and reports the other.
 */
public record FrontendRoute(Frontend frontend, FrontendKind kind, Route route) {
    public Admission admission() {
        return route.admission(kind);
    }
}
