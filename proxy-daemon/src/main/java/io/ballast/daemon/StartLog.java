package io.ballast.daemon;

import io.ballast.daemon.config.InterceptMode;
import io.ballast.daemon.config.ProxyConfig;
import io.ballast.netty.InterceptionFeatures.Feature;
import io.ballast.netty.capability.CapabilityReport;
import io.ballast.netty.linux.uring.CallBatch;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/** What the log says before anything is served: how it is done here, and one line for each thing that is amiss. */
final class StartLog {
    private static final Logger log = LoggerFactory.getLogger(StartLog.class);

    private StartLog() {}

    static void write(ProxyConfig config, Datapath datapath) {
        Map<String, String> features = datapath.facts().features();
        String batched = features.getOrDefault(CallBatch.FEATURE, "");
        log.atInfo()
                .addKeyValue("node", config.nodeName())
                .addKeyValue("intercept", datapath.interception().mode())
                .addKeyValue("transport", datapath.loops().transport().label())
                .addKeyValue("batchedCalls", batched.isEmpty() ? "yes" : "no")
                .log("Starting");
        // Who asks for bind by name expects little of the kernel.
        boolean bind = config.ballast().intercept() == InterceptMode.BIND;
        features.forEach((feature, missing) -> {
            if (!missing.isEmpty()) {
                boolean missed = !bind && WantedFeatures.isWanted(feature, config.ballast());
                log.atLevel(missed ? Level.WARN : Level.INFO)
                        .addKeyValue("feature", feature)
                        .addKeyValue("reason", missing)
                        .log("Feature is missing");
            }
        });
        if (features.getOrDefault(Feature.NFTABLES.label(), "").isEmpty()) {
            CapabilityReport.inputFirewalls()
                    .forEach(obstacle -> log.atWarn().log("The host's firewall is in the way: {}", obstacle));
        }
    }
}
