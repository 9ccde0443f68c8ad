package io.ballast.daemon.manifest;

import io.ballast.core.model.NamespacedName;
import io.ballast.daemon.source.ObjectProblem;

/** What makes an object of a directory unique. <em>Immutable.</em> */
record ObjectKey(ObjectKind kind, NamespacedName name) {
    /** Says that an object stands in another place, too. */
    ObjectProblem twice(String used) {
        return new ObjectProblem(
                kind.label(),
                name.namespace().isEmpty() ? name.name() : name.toString(),
                kind == ObjectKind.SERVICE ? name : null,
                "the same " + kind.label() + " is in " + used + ", which is used: remove one of them.");
    }
}
