package io.ballast.daemon.metrics;

import io.ballast.core.routing.RoutingTable;
import java.util.Map;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Where Ballast's own families are read from at each scrape; every supplier is thread-safe and must not block.
 *
 * @param table the one in force
 * @param frontendFailures frontends that cannot be served now
 * @param affinityEntries clients that ClientIP affinity remembers
 * @param capabilities feature and whether it is available
 * @param clientIpFallbacks connections that use the node's address although the client's was wanted, by reason
 * @param repairs how often what others took was put back, by what
 */
public record TableFacts(
        Supplier<RoutingTable> table,
        IntSupplier frontendFailures,
        LongSupplier affinityEntries,
        Supplier<Map<String, Boolean>> capabilities,
        Supplier<Map<String, Long>> clientIpFallbacks,
        Supplier<Map<String, Long>> repairs) {}
