package io.ballast.daemon.health;

import io.ballast.core.health.ProxyHealth.FamilyReport;
import io.ballast.core.health.ProxyHealth.Report;
import io.ballast.core.model.IpFamily;
import io.ballast.daemon.http.HttpCall;
import io.ballast.daemon.http.HttpReply;
import io.ballast.daemon.http.Json;
import io.ballast.daemon.http.Responder;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Comparator;
import java.util.function.IntConsumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * {@code /healthz} and {@code /livez} as kube-proxy 1.36 answers them ({@code proxy_health.go}), and {@code /readyz}.
 * <em>Thread-safe.</em>
 */
public final class HealthzResponder implements Responder {
    private static final int OK = 200;
    private static final int UNAVAILABLE = 503;

    private final Supplier<Report> health;
    private final Supplier<Readiness> readiness;
    private final IntConsumer healthzAnswered;
    private final IntConsumer livezAnswered;
    private final ZoneId zone;

    /**
     * @param healthzAnswered hears the status of each answer
     * @param livezAnswered hears the status of each answer
     * @param zone in which times are printed; Go prints local time
     */
    public HealthzResponder(
            Supplier<Report> health,
            Supplier<Readiness> readiness,
            IntConsumer healthzAnswered,
            IntConsumer livezAnswered,
            ZoneId zone) {
        this.health = health;
        this.readiness = readiness;
        this.healthzAnswered = healthzAnswered;
        this.livezAnswered = livezAnswered;
        this.zone = zone;
    }

    /** Any method will do, as upstream. */
    @Override
    public HttpReply answer(HttpCall call) {
        return switch (call.path()) {
            case "/healthz" -> healthz();
            case "/livez" -> livez();
            case "/readyz" -> readyz();
            default -> HttpReply.notFound();
        };
    }

    private HttpReply healthz() {
        Report report = health.get();
        int status = report.healthy() && report.nodeEligible() ? OK : UNAVAILABLE;
        healthzAnswered.accept(status);
        return HttpReply.of(status, HttpReply.JSON, body(report, status, true));
    }

    private HttpReply livez() {
        Report report = health.get();
        int status = report.healthy() ? OK : UNAVAILABLE;
        livezAnswered.accept(status);
        return HttpReply.of(status, HttpReply.JSON, body(report, status, false));
    }

    /**
     * Keys in the order of Go's struct. A good answer is always "updated now": probes of old releases look at the age
     * of {@code lastUpdated}.
     */
    private String body(Report report, int status, boolean withNode) {
        StringBuilder out = new StringBuilder();
        Json json = new Json(out).beginObject();
        json.field("lastUpdated", time(status == OK ? report.currentTime() : newestUpdate(report)));
        json.field("currentTime", time(report.currentTime()));
        if (withNode) {
            json.field("nodeEligible", report.nodeEligible());
        }
        json.field("healthy", report.healthy());
        if (!report.families().isEmpty()) {
            json.name("status").beginObject();
            for (IpFamily family : IpFamily.values()) {
                family(json, family, report.families().get(family));
            }
            json.endObject();
        }
        json.endObject();
        return out.toString();
    }

    private static Instant newestUpdate(Report report) {
        return report.families().values().stream()
                .map(FamilyReport::lastUpdated)
                .max(Comparator.naturalOrder())
                .orElse(FamilyReport.NEVER);
    }

    private void family(Json json, IpFamily family, @Nullable FamilyReport report) {
        if (report != null) {
            json.name(family.label()).beginObject();
            json.field("lastUpdated", time(report.lastUpdated()));
            json.field("healthy", report.healthy()).endObject();
        }
    }

    private String time(Instant instant) {
        return GoTime.format(instant, zone);
    }

    private HttpReply readyz() {
        Readiness now = readiness.get();
        StringBuilder out = new StringBuilder();
        new Json(out)
                .beginObject()
                .field("ready", now.ready())
                .field("reason", now.reason())
                .endObject();
        return HttpReply.of(now.ready() ? OK : UNAVAILABLE, HttpReply.JSON, out.toString());
    }
}
