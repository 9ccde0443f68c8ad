package io.ballast.daemon.admin;

import io.ballast.daemon.http.HttpReply;

/**
 * {@code /metrics/slis}: how often {@code /healthz} was asked, after Kubernetes' {@code component-base/metrics/slis}. The
 * check is named ping, and never fails: whoever asks has an answer. As there, no series before the first time.
 * <em>Confined to the admin loop.</em>
 */
final class Healthchecks {
    private static final String CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

    private long answered;

    HttpReply healthz() {
        answered++;
        return HttpReply.of(200, HttpReply.TEXT, "ok");
    }

    HttpReply series() {
        String text = answered == 0 ? "" : """
                # HELP kubernetes_healthcheck This metric records the result of a single healthcheck.
                # TYPE kubernetes_healthcheck gauge
                kubernetes_healthcheck{name="ping",type="healthz"} 1
                # HELP kubernetes_healthchecks_total This metric records the results of all healthcheck.
                # TYPE kubernetes_healthchecks_total counter
                kubernetes_healthchecks_total{name="ping",status="success",type="healthz"} %d
                """.formatted(answered);
        return HttpReply.of(200, CONTENT_TYPE, text);
    }
}
