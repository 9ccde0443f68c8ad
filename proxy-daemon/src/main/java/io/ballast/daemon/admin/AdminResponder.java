package io.ballast.daemon.admin;

import io.ballast.daemon.http.HttpCall;
import io.ballast.daemon.http.HttpReply;
import io.ballast.daemon.http.Json;
import io.ballast.daemon.http.Responder;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Everything on the admin port ({@code --metrics-bind-address}). <em>Confined to the admin loop.</em>
 *
 * <p>{@code /metrics}, {@code /metrics/slis}, {@code /healthz}, {@code /proxyMode}, {@code /configz}, {@code /flagz} and
 * {@code /statusz} are where kube-proxy has them; {@code /api/*} and the page at {@code /} are Ballast's.
 */
public final class AdminResponder implements Responder {
    private static final String SERVICE = "/api/services/";

    private final AdminModel model;
    private final InstantSource clock;
    private final Api api;
    private final Healthchecks healthchecks = new Healthchecks();
    private final StatusPage page = new StatusPage();

    public AdminResponder(AdminModel model, InstantSource clock) {
        this.model = model;
        this.clock = clock;
        api = new Api(model, clock);
    }

    @Override
    public HttpReply answer(HttpCall call) {
        return answerLater(call).toCompletableFuture().join();
    }

    @Override
    public CompletionStage<HttpReply> answerLater(HttpCall call) {
        HttpReply refusal = refusal(call);
        CompletionStage<HttpReply> reply = refusal == null ? routed(call) : CompletableFuture.completedFuture(refusal);
        return reply.thenApply(AdminResponder::guarded);
    }

    /** No answer is for other sites' pages, nor to be stored. */
    private static HttpReply guarded(HttpReply reply) {
        return reply.with("Cache-Control", "no-store")
                .with("Cross-Origin-Resource-Policy", "same-origin")
                .with("Referrer-Policy", "no-referrer")
                .with("X-Frame-Options", "DENY");
    }

    private @Nullable HttpReply refusal(HttpCall call) {
        if (!call.isRead()) {
            return Api.error(405, "only GET and HEAD are answered here").with("Allow", "GET, HEAD");
        }
        if (new HostCheck(model.status().get().nodeName()).isForeign(call)) {
            return Api.error(
                    403, "Host: \"" + call.host() + "\" is not a name of this node; use localhost or an address");
        }
        return null;
    }

    private CompletionStage<HttpReply> routed(HttpCall call) {
        try {
            return call.path().equals("/api/connections")
                    ? api.connections(call)
                    : CompletableFuture.completedFuture(route(call));
        } catch (BadParameterException e) {
            return CompletableFuture.completedFuture(Api.error(400, String.valueOf(e.getMessage())));
        }
    }

    private HttpReply route(HttpCall call) throws BadParameterException {
        return switch (call.path()) {
            case "/" -> page.reply();
            case "/metrics" -> model.metrics().get();
            case "/metrics/slis" -> healthchecks.series();
            case "/healthz" -> healthchecks.healthz();
            case "/healthz/ping" -> HttpReply.of(200, HttpReply.TEXT, "ok");
            case "/proxyMode" -> HttpReply.of(200, HttpReply.TEXT, "userspace");
            case "/configz" -> configz();
            case "/flagz" -> flagz();
            case "/statusz" -> statusz();
            case "/api/status" -> api.status();
            case "/api/services" -> api.services(call);
            case "/api/explain" -> api.explain(call);
            default -> otherwise(call);
        };
    }

    private HttpReply otherwise(HttpCall call) {
        if (call.path().startsWith(SERVICE)) {
            return api.service(call.path().substring(SERVICE.length()));
        }
        return call.path().startsWith("/api/")
                ? Api.error(404, "there is no " + call.path() + "; see the documentation for what there is")
                : HttpReply.notFound();
    }

    private HttpReply configz() {
        StringBuilder out = new StringBuilder();
        new Json(out).tree(model.configz());
        return HttpReply.of(200, HttpReply.JSON, out.append('\n').toString());
    }

    private HttpReply flagz() {
        StringBuilder out = ZPage.begin("flags");
        model.flagz()
                .forEach((name, value) ->
                        out.append(name).append('=').append(value).append('\n'));
        return HttpReply.of(200, HttpReply.TEXT, out.toString());
    }

    private HttpReply statusz() {
        String facts = "Frontends: " + model.table().get().frontendCount() + ", failed: "
                + model.failures().get().size() + "\nConnections: "
                + model.connections().open() + "\n";
        return HttpReply.of(
                200,
                HttpReply.TEXT,
                Statusz.status(model.status().get(), facts, clock.instant(), ZoneId.systemDefault()));
    }
}
