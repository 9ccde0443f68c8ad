package io.ballast.daemon.admin;

import io.ballast.core.routing.FrontendRoute;
import org.jspecify.annotations.Nullable;

/**
 * What becomes of clients of a frontend. <em>Immutable.</em>
 *
 * @param word {@code serving}, {@code refused} or {@code failed}
 * @param reason {@code ""} where there is nothing to add
 */
record FrontendState(String word, String reason) {
    static FrontendState of(FrontendRoute frontend, @Nullable String failure) {
        if (failure != null) {
            return new FrontendState("failed", failure);
        }
        return switch (frontend.admission()) {
            case EVERYONE -> new FrontendState("serving", "");
            case INSIDE_ONLY ->
                new FrontendState("serving", "only pods and this node: policy Local, and no endpoint on this node");
            case REFUSE -> new FrontendState("refused", "no endpoint is ready");
            case DROP -> new FrontendState("refused", "policy Local, and no endpoint on this node");
        };
    }
}
