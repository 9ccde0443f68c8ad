package io.ballast.daemon.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ballast.core.routing.RoutingTable;
import io.ballast.daemon.admin.ServicesDocument;
import io.ballast.daemon.check.Check;
import io.ballast.daemon.check.Finding;
import io.ballast.daemon.check.Finding.Severity;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Shows what a check found. <em>Immutable.</em> */
final class CheckView {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int SHOWN = 3;
    private static final String NODE_PORT = "NodePort";

    private final Check.Result result;

    CheckView(Check.Result result) {
        this.result = result;
    }

    /** Services as {@code ballast services -o json} has them, and the findings. */
    ObjectNode json() throws JsonProcessingException {
        ObjectNode document = JSON.createObjectNode();
        ArrayNode configurations = document.putArray("configurations");
        result.configurations().forEach(configurations::add);
        document.set("services", services());
        ArrayNode findings = document.putArray("findings");
        for (Finding finding : result.findings()) {
            findings.addObject()
                    .put("severity", finding.severity().label())
                    .put("place", finding.place())
                    .put("object", finding.subject())
                    .put("reason", finding.reason())
                    .put("message", finding.message());
        }
        document.put("errors", result.count(Severity.ERROR)).put("warnings", result.count(Severity.WARNING));
        return document;
    }

    private JsonNode services() throws JsonProcessingException {
        RoutingTable table = result.table();
        return table == null
                ? JSON.createArrayNode()
                : JSON.readTree(ServicesDocument.of(table)).path("services");
    }

    String text() throws JsonProcessingException {
        StringBuilder text = new StringBuilder();
        result.configurations()
                .forEach(name ->
                        text.append("Configuration can be used: ").append(name).append('\n'));
        return result.table() == null ? text.toString() : text + table(services());
    }

    private static String table(JsonNode services) {
        Table table = new Table("SERVICE", "PORT", "KIND", "FRONTEND", "STATE", "REASON", "SCHEDULER", "ENDPOINTS");
        for (JsonNode service : services) {
            for (JsonNode port : service.path("ports")) {
                for (Map.Entry<JsonNode, String> frontend : frontends(port).entrySet()) {
                    table.row(
                            ServiceView.name(service),
                            port.path("name").asText(),
                            frontend.getKey().path("kind").asText(),
                            frontend.getValue() + "/" + port.path("protocol").asText(),
                            frontend.getKey().path("state").asText(),
                            frontend.getKey().path("reason").asText(),
                            service.path("scheduler").asText(),
                            endpoints(port));
                }
            }
        }
        return table.isEmpty() ? "No Services.\n" : table.toString();
    }

    /** Each frontend with what to call it; NodePorts answer at every address of a node, and make one line. */
    private static Map<JsonNode, String> frontends(JsonNode port) {
        Map<JsonNode, String> frontends = new LinkedHashMap<>();
        @Nullable JsonNode nodePort = null;
        List<String> addresses = new ArrayList<>();
        for (JsonNode frontend : port.path("frontends")) {
            if (frontend.path("kind").asText().equals(NODE_PORT)) {
                nodePort = nodePort == null ? frontend : nodePort;
                addresses.add(ServiceView.address(frontend));
            } else {
                frontends.put(frontend, ServiceView.address(frontend));
            }
        }
        if (nodePort != null) {
            frontends.put(nodePort, some(addresses));
        }
        return frontends;
    }

    private static String endpoints(JsonNode port) {
        List<String> endpoints = new ArrayList<>();
        port.path("endpoints").forEach(endpoint -> endpoints.add(ServiceView.address(endpoint)));
        return endpoints.isEmpty() ? "none" : some(endpoints);
    }

    private static String some(List<String> all) {
        String shown = String.join(",", all.subList(0, Math.min(SHOWN, all.size())));
        return all.size() <= SHOWN ? shown : shown + " and " + (all.size() - SHOWN) + " more";
    }

    String summary() {
        return counted(Severity.ERROR) + ", " + counted(Severity.WARNING);
    }

    private String counted(Severity severity) {
        long count = result.count(severity);
        return count + " " + severity.label() + (count == 1 ? "" : "s");
    }
}
