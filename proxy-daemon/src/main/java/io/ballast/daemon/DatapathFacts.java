package io.ballast.daemon;

import io.ballast.core.routing.Router;
import io.ballast.core.scheduling.AffinityTable;
import io.ballast.daemon.config.TransportChoice;
import io.ballast.daemon.metrics.TableFacts;
import io.ballast.netty.Interception;
import io.ballast.netty.NettyDataplane;
import io.ballast.netty.clientip.ClientAddressFallback;
import io.ballast.netty.clientip.ClientAddresses;
import io.ballast.netty.linux.uring.CallBatch;
import io.ballast.netty.repair.Repairs;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What metrics, pages and the log tell of the data path, by the labels that metrics have. Thread-safe.
 *
 * @param noBatchedCalls see {@link #noBatchedCalls(TransportChoice)}
 */
record DatapathFacts(
        Router router,
        NettyDataplane dataplane,
        Interception interception,
        ClientAddresses clientAddresses,
        String noBatchedCalls) {
    /** Why sockets are not read and written together, "" where they are. */
    static String noBatchedCalls(TransportChoice transport) {
        return transport == TransportChoice.AUTO
                ? CallBatch.unavailability().orElse("")
                : "turned off by --transport=" + transport.label();
    }

    /** What each scrape reads. */
    TableFacts ofTable(AffinityTable affinity) {
        return new TableFacts(
                router::table,
                () -> dataplane.failures().size(),
                affinity::entries,
                this::capabilities,
                this::clientIpFallbacks,
                this::repairs);
    }

    /** Why each feature is missing, "" for those that work. */
    Map<String, String> features() {
        Map<String, String> features = new TreeMap<>();
        interception.features().missing().forEach((feature, missing) -> features.put(feature.label(), missing));
        clientAddresses.features().forEach((feature, missing) -> features.put(feature.label(), missing));
        features.put(CallBatch.FEATURE, noBatchedCalls);
        return features;
    }

    private Map<String, Boolean> capabilities() {
        return features().entrySet().stream().collect(Collectors.toMap(Map.Entry::getKey, entry -> entry.getValue()
                .isEmpty()));
    }

    private Map<String, Long> clientIpFallbacks() {
        return Arrays.stream(ClientAddressFallback.values())
                .collect(Collectors.toMap(ClientAddressFallback::label, clientAddresses::fallbacks));
    }

    private Map<String, Long> repairs() {
        return Arrays.stream(Repairs.Part.values())
                .collect(Collectors.toMap(Repairs.Part::label, interception.repairs()::repaired));
    }
}
