package io.ballast.daemon.manifest;

import io.ballast.core.model.NamespacedName;
import io.ballast.daemon.source.ObjectProblem;

/** What makes an object of a directory unique. <em>Immutable.</em> */
record ObjectKey(ObjectKind kind, NamespacedName name) {
    /** Says that an object stands in two places. */
    ObjectProblem twice(String used, String ignored) {
        return new ObjectProblem(
                kind.label(),
                name.namespace().isEmpty() ? name.name() : name.toString(),
                kind == ObjectKind.SERVICE ? name : null,
                ignored + ": the same " + kind.label() + " is in " + used + ", which is used: remove one of them.");
    }
}
