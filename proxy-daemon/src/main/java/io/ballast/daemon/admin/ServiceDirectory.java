package io.ballast.daemon.admin;

import io.ballast.core.model.NamespacedName;
import io.ballast.core.routing.FrontendRoute;
import io.ballast.core.routing.Route;
import io.ballast.core.routing.RoutingTable;
import java.lang.ref.SoftReference;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The table's Services, sorted by name. Built when asked for and kept for as long as the table stays the same and
 * memory is not short. <em>Confined to the admin loop.</em>
 */
final class ServiceDirectory {
    private final Supplier<RoutingTable> table;
    private SoftReference<@Nullable Listing> cached = new SoftReference<>(null);

    ServiceDirectory(Supplier<RoutingTable> table) {
        this.table = table;
    }

    /** Every Service that is served now. */
    List<ServiceEntry> services() {
        RoutingTable current = table.get();
        Listing listing = cached.get();
        if (listing == null || listing.table != current) {
            listing = new Listing(current, list(current));
            cached = new SoftReference<>(listing);
        }
        return listing.services;
    }

    private static List<ServiceEntry> list(RoutingTable table) {
        Map<NamespacedName, ServiceEntry> byName = new HashMap<>();
        Function<Route, ServiceEntry> entry =
                route -> byName.computeIfAbsent(route.servicePort().name().service(), ServiceEntry::new);
        table.routes().forEach(route -> entry.apply(route).add(route));
        for (FrontendRoute frontend : table.frontends()) {
            entry.apply(frontend.route()).add(frontend);
        }
        List<ServiceEntry> services = new ArrayList<>(byName.size());
        byName.values().forEach(service -> {
            if (!service.sorted().isEmpty()) {
                services.add(service);
            }
        });
        services.sort((a, b) -> a.name().compareTo(b.name()));
        return services;
    }

    private record Listing(RoutingTable table, List<ServiceEntry> services) {}
}
