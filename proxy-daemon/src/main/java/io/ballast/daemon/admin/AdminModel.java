package io.ballast.daemon.admin;

import io.ballast.core.model.AddressPort;
import io.ballast.core.model.Frontend;
import io.ballast.core.routing.Explanation;
import io.ballast.core.routing.RoutingTable;
import io.ballast.daemon.http.HttpReply;
import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.function.BiFunction;
import java.util.function.Supplier;

/**
 * Where the admin server reads what it shows. Every part is thread-safe and must not block.
 *
 * @param table the one in force
 * @param failures frontends that cannot be served now, and why
 * @param explain {@code Router.explain}
 * @param status asked for each request
 * @param configz documents by name: {@code kubeproxy.config.k8s.io} and {@code ballast.io}
 * @param flagz every flag with its value, in order
 * @param metrics the answer to a scrape
 */
public record AdminModel(
        Supplier<RoutingTable> table,
        Supplier<Map<Frontend, String>> failures,
        ConnectionSource connections,
        BiFunction<Frontend, AddressPort, Explanation> explain,
        Supplier<DaemonStatus> status,
        Map<String, Object> configz,
        SortedMap<String, String> flagz,
        Supplier<HttpReply> metrics) {
    public AdminModel {
        configz = Map.copyOf(configz);
        flagz = Collections.unmodifiableSortedMap(flagz);
    }
}
