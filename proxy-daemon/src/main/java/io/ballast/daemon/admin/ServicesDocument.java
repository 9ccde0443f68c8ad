package io.ballast.daemon.admin;

import io.ballast.core.routing.RoutingTable;
import java.util.List;
import java.util.Map;

/** The answer of {@code /api/services} for any table, without a server. */
public final class ServicesDocument {
    private ServicesDocument() {}

    /** The JSON text. */
    public static String of(RoutingTable table) {
        List<ServiceEntry> services = new ServiceDirectory(() -> table).services();
        ServicesBody body = new ServicesBody(new ServiceJson(Map.of()), services, services.size(), services.size());
        StringBuilder out = new StringBuilder();
        boolean more = true;
        while (more) {
            more = body.appendNext(out);
        }
        return out.toString();
    }
}
