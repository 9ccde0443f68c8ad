package io.ballast.daemon.admin;

import io.ballast.core.model.AddressPort;
import io.ballast.core.model.Frontend;
import io.ballast.core.model.NamespacedName;
import io.ballast.core.routing.Explanation;
import io.ballast.daemon.http.HttpCall;
import io.ballast.daemon.http.HttpReply;
import io.ballast.daemon.http.Json;
import io.ballast.netty.tcp.ConnectionView;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** The JSON API under {@code /api/}. <em>Confined to the admin loop.</em> */
final class Api {
    private static final int SHOWN_CONNECTIONS = 100;
    private static final int MOST_CONNECTIONS = 10_000;

    private final AdminModel model;
    private final InstantSource clock;
    private final ServiceDirectory directory;

    Api(AdminModel model, InstantSource clock) {
        this.model = model;
        this.clock = clock;
        directory = new ServiceDirectory(model.table());
    }

    static HttpReply error(int status, String message) {
        StringBuilder out = new StringBuilder();
        new Json(out).beginObject().field("error", message).endObject();
        return HttpReply.of(status, HttpReply.JSON, out.append('\n').toString());
    }

    HttpReply status() {
        String json = StatusJson.write(
                model.status().get(),
                directory.services(),
                model.table().get().frontendCount(),
                model.failures().get().size(),
                clock.instant());
        return HttpReply.of(200, HttpReply.JSON, json);
    }

    HttpReply services(HttpCall call) throws BadParameterException {
        ServiceQuery query = ServiceQuery.of(call);
        Map<Frontend, String> failures = model.failures().get();
        List<ServiceEntry> all = directory.services();
        List<ServiceEntry> matches = query.matches(all, failures);
        return HttpReply.streamed(
                HttpReply.JSON,
                new ServicesBody(new ServiceJson(failures), query.page(matches), matches.size(), all.size()));
    }

    /**
     * One Service.
     *
     * @param name {@code namespace/name}
     */
    HttpReply service(String name) {
        int slash = name.indexOf('/');
        NamespacedName wanted = new NamespacedName(name.substring(0, Math.max(0, slash)), name.substring(slash + 1));
        for (ServiceEntry service : directory.services()) {
            if (service.name().equals(wanted)) {
                StringBuilder out = new StringBuilder();
                new ServiceJson(model.failures().get()).write(new Json(out), service);
                return HttpReply.of(200, HttpReply.JSON, out.append('\n').toString());
            }
        }
        return error(404, "no Service " + name + " is served here; it may have no ClusterIP, or not exist");
    }

    HttpReply explain(HttpCall call) throws BadParameterException {
        AddressPort client = Parameters.client(call);
        Frontend frontend = Parameters.frontend(call);
        if (client.address().family() != frontend.family()) {
            throw new BadParameterException(
                    "client: \"" + client.address() + "\" is not of the frontend's family, " + frontend.family());
        }
        String json = ExplainJson.write(client, frontend, explain(frontend, client));
        return HttpReply.of(200, HttpReply.JSON, json);
    }

    /** What the table says is of no use to clients of a frontend that is not served. */
    private Explanation explain(Frontend frontend, AddressPort client) {
        Explanation explanation = model.explain().apply(frontend, client);
        String failure = model.failures().get().get(frontend);
        return failure == null ? explanation : explanation.notServed(failure);
    }

    /** Newest first. With {@code service}, those of one Service only. */
    CompletionStage<HttpReply> connections(HttpCall call) throws BadParameterException {
        int limit = Parameters.number(call, "limit", SHOWN_CONNECTIONS, MOST_CONNECTIONS);
        String service = call.parameter("service");
        CompletableFuture<List<ConnectionView>> snapshot =
                model.connections().snapshot(service == null ? limit : MOST_CONNECTIONS);
        return snapshot.thenApply(found -> {
            List<ConnectionView> shown = found.stream()
                    .filter(connection -> service == null
                            || connection.servicePort().service().toString().equals(service))
                    .sorted(Comparator.comparing(ConnectionView::openedAt).reversed())
                    .limit(limit)
                    .toList();
            int total = model.connections().open();
            return HttpReply.streamed(HttpReply.JSON, new ConnectionsJson(shown, total, clock.instant()));
        });
    }
}
