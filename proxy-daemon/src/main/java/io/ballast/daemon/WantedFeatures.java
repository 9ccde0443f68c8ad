package io.ballast.daemon;

import io.ballast.daemon.config.BallastOptions;
import io.ballast.daemon.config.ClientIpMode;
import io.ballast.daemon.config.InterceptMode;
import io.ballast.daemon.config.TransportChoice;
import io.ballast.netty.InterceptionFeatures.Feature;
import io.ballast.netty.clientip.ClientAddressFeature;
import io.ballast.netty.linux.uring.CallBatch;

/** Which features are missed where they are missing: what the operator turned off is not. Stateless. */
final class WantedFeatures {
    private WantedFeatures() {}

    static boolean isWanted(String feature, BallastOptions options) {
        if (feature.startsWith(ClientAddressFeature.CLIENT_IP.label())) {
            return options.clientIp() != ClientIpMode.NEVER;
        }
        if (feature.equals(CallBatch.FEATURE)) {
            return options.transport() == TransportChoice.AUTO;
        }
        return !feature.equals(Feature.SK_LOOKUP.label()) || options.intercept() != InterceptMode.BIND;
    }
}
