package io.ballast.netty.testing;

import io.ballast.core.testing.FeatureProbe;
import io.ballast.netty.linux.nft.Nftables;
import java.util.Optional;

/** Looks for nftables: {@code @RequiresFeature(NftablesProbe.class)}. */
public final class NftablesProbe implements FeatureProbe {
    @Override
    public Optional<String> missing() {
        return Nftables.unavailability();
    }
}
