package io.ballast.core.spi;

import io.ballast.core.model.NamespacedName;

/** Hears what is wrong with an object of the cluster. Called from the sync thread; must not block. */
@FunctionalInterface
public interface WarningListener {
    /**
     * @param service the Service to blame
     * @param reason CamelCase word, as in the {@code reason} of a Kubernetes Event
     * @param message names field, value and remedy
     */
    void warn(NamespacedName service, String reason, String message);
}
