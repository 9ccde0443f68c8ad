package io.ballast.daemon.admin;

import io.ballast.daemon.http.BodySource;
import io.ballast.daemon.http.Json;
import java.util.Iterator;
import java.util.List;

/** {@code /api/services}: one Service at a time. Confined to the admin loop. */
final class ServicesBody implements BodySource {
    private final ServiceJson services;
    private final Iterator<ServiceEntry> rest;
    private final int total;
    private final int matched;
    private boolean begun;
    private boolean ended;

    /**
     * @param page those to write
     * @param matched how many the query found
     * @param total how many there are
     */
    ServicesBody(ServiceJson services, List<ServiceEntry> page, int matched, int total) {
        this.services = services;
        this.rest = page.iterator();
        this.matched = matched;
        this.total = total;
    }

    @Override
    public boolean appendNext(StringBuilder out) {
        if (ended) {
            return false;
        }
        if (!rest.hasNext()) {
            out.append(begun ? "" : "{\"services\":[");
            out.append("],\"matched\":")
                    .append(matched)
                    .append(",\"total\":")
                    .append(total)
                    .append("}\n");
            ended = true;
            return true;
        }
        out.append(begun ? "," : "{\"services\":[");
        begun = true;
        services.write(new Json(out), rest.next());
        return true;
    }
}
