package io.ballast.daemon;

import io.ballast.netty.Interception;
import io.ballast.netty.clientip.ClientAddressFallback;
import io.ballast.netty.clientip.ClientAddresses;
import io.ballast.netty.repair.Repairs;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** What metrics, pages and the log tell of the data path, by the labels that metrics have. Thread-safe. */
record DataPathFacts(Interception interception, ClientAddresses clientAddresses) {
    /** Why each feature is missing, "" for those that work. */
    Map<String, String> features() {
        Map<String, String> features = new TreeMap<>();
        interception.features().missing().forEach((feature, missing) -> features.put(feature.label(), missing));
        clientAddresses.features().forEach((feature, missing) -> features.put(feature.label(), missing));
        return features;
    }

    /** Whether each feature works. */
    Map<String, Boolean> capabilities() {
        return features().entrySet().stream().collect(Collectors.toMap(Map.Entry::getKey, entry -> entry.getValue()
                .isEmpty()));
    }

    /** How often the node's address stood in for a client's, by the reason. */
    Map<String, Long> clientIpFallbacks() {
        return Arrays.stream(ClientAddressFallback.values())
                .collect(Collectors.toMap(ClientAddressFallback::label, clientAddresses::fallbacks));
    }

    /** How often what others took was put back, by what. */
    Map<String, Long> repairs() {
        return Arrays.stream(Repairs.Part.values())
                .collect(Collectors.toMap(Repairs.Part::label, interception.repairs()::repaired));
    }
}
