package io.ballast.core.testing;

import java.util.Optional;

/** Tells whether this machine has what a test needs; has a constructor without parameters. See {@link RequiresFeature}. */
@FunctionalInterface
public interface FeatureProbe {
    /** What is missing, as the reason to skip ("no nftables library: ..."), or empty where all is there. */
    Optional<String> missing();
}
