package io.ballast.daemon.admin;

import io.ballast.core.model.AddressPort;
import io.ballast.core.model.Frontend;
import io.ballast.core.model.RefuseReason;
import io.ballast.core.routing.Explanation;
import io.ballast.daemon.http.Json;

/** {@code /api/explain}. Stateless. */
final class ExplainJson {
    private ExplainJson() {}

    static String write(AddressPort client, Frontend frontend, Explanation explanation) {
        StringBuilder out = new StringBuilder();
        Json json = new Json(out).beginObject();
        json.field("client", client.address().toString());
        json.field("frontend", frontend.toString());
        json.field("verdict", verdict(explanation));
        json.field(
                "endpoint",
                explanation.endpoint() == null
                        ? ""
                        : explanation.endpoint().address().toString());
        json.field(
                "reason",
                explanation.reason() == null ? "" : explanation.reason().label());
        json.name("steps").beginArray();
        for (Explanation.Step step : explanation.steps()) {
            json.beginObject()
                    .field("step", step.name())
                    .field("detail", step.detail())
                    .endObject();
        }
        json.endArray().endObject();
        return out.append('\n').toString();
    }

    /** A frontend of nobody is not refused by us: whatever else listens there answers. */
    private static String verdict(Explanation explanation) {
        return explanation.reason() == RefuseReason.NOT_SERVED
                ? "not-served"
                : explanation.verdict().label();
    }
}
