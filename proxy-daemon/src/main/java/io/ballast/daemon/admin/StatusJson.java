package io.ballast.daemon.admin;

import io.ballast.daemon.http.Json;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.TreeMap;

/** {@code /api/status}: how this process runs, and sums over all Services. Stateless. */
final class StatusJson {
    private StatusJson() {}

    static String write(DaemonStatus status, List<ServiceEntry> services, int frontends, int failed, Instant now) {
        StringBuilder out = new StringBuilder();
        Json json = new Json(out).beginObject();
        json.field("version", status.version()).field("nodeName", status.nodeName());
        json.field("startedAt", status.startedAt().toString());
        json.field("uptimeSeconds", Duration.between(status.startedAt(), now).toSeconds());
        json.field("interceptor", status.interceptor()).field("transport", status.transport());
        json.field("scheduler", status.scheduler()).field("ready", status.ready());
        source(json.name("source"), status.source());
        json.name("capabilities").beginArray();
        for (DaemonStatus.FeatureState feature : status.capabilities()) {
            json.beginObject();
            json.field("feature", feature.feature()).field("available", feature.available());
            json.field("reason", feature.reason()).field("lost", feature.lost()).endObject();
        }
        json.endArray();
        json.name("degraded").tree(status.degraded());
        json.field("services", services.size()).field("frontends", frontends).field("frontendFailures", failed);
        json.name("totals");
        Totals.of(services).write(json);
        json.endObject();
        return out.append('\n').toString();
    }

    private static void source(Json json, DaemonStatus.SourceState source) {
        json.beginObject();
        json.field("location", source.location());
        json.field("synced", source.synced()).field("connected", source.connected());
        json.field("detail", source.detail());
        json.name("objects").tree(new TreeMap<>(source.objects())).endObject();
    }
}
