package io.ballast.core.routing;

import io.ballast.core.model.IpAddress;

/** Tells where a client is. Thread-safe, called from event loops for each new connection: must not block. */
@FunctionalInterface
public interface SourceClassifier {
    Source classify(IpAddress client);
}
