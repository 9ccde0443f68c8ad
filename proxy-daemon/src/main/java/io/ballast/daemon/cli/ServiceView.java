package io.ballast.daemon.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/** Reads Services out of the admin server's answer, and puts them into tables. */
final class ServiceView {
    private ServiceView() {}

    /** The Services of a list, or the single one that was asked for. */
    static List<JsonNode> services(JsonNode answer) {
        List<JsonNode> services = new ArrayList<>();
        if (answer.has("services")) {
            answer.path("services").forEach(services::add);
        } else {
            services.add(answer);
        }
        return services;
    }

    /** Keeps the Services of one namespace; an empty name keeps all. */
    static List<JsonNode> inNamespace(List<JsonNode> services, String namespace) {
        return services.stream()
                .filter(service -> namespace.isEmpty()
                        || namespace.equals(service.path("namespace").asText()))
                .toList();
    }

    static String table(List<JsonNode> services) {
        Table table = new Table(
                "NAMESPACE",
                "NAME",
                "TYPE",
                "PORT",
                "ADDRESSES",
                "ENDPOINTS",
                "SCHEDULER",
                "AFFINITY",
                "ACTIVE",
                "OPENED");
        for (JsonNode service : services) {
            for (JsonNode port : service.path("ports")) {
                table.row(
                        service.path("namespace").asText(),
                        service.path("name").asText(),
                        service.path("type").asText(),
                        port(port),
                        addresses(port),
                        readyEndpoints(port),
                        service.path("scheduler").asText(),
                        service.path("affinity").asText(),
                        port.path("connectionsActive").asLong(),
                        port.path("connectionsOpened").asLong());
            }
        }
        return table.isEmpty() ? "No Services.\n" : table + failures(services);
    }

    private static String port(JsonNode port) {
        String name = port.path("name").asText();
        long nodePort = port.path("nodePort").asLong();
        return (name.isEmpty() ? "" : name + " ")
                + port.path("port").asInt()
                + (nodePort == 0 ? "" : ":" + nodePort)
                + "/" + port.path("protocol").asText();
    }

    private static String addresses(JsonNode port) {
        List<String> addresses = new ArrayList<>();
        for (JsonNode frontend : port.path("frontends")) {
            if (!frontend.path("kind").asText().equals("NodePort")) {
                addresses.add(frontend.path("address").asText());
            }
        }
        return String.join(",", addresses);
    }

    private static String readyEndpoints(JsonNode port) {
        int ready = 0;
        for (JsonNode endpoint : port.path("endpoints")) {
            ready += endpoint.path("ready").asBoolean() ? 1 : 0;
        }
        return ready + "/" + port.path("endpoints").size();
    }

    /** What is not served although it should be, below the table: the reason is too long for a column. */
    private static String failures(List<JsonNode> services) {
        StringBuilder text = new StringBuilder();
        for (JsonNode service : services) {
            for (JsonNode port : service.path("ports")) {
                for (JsonNode frontend : port.path("frontends")) {
                    if (frontend.path("state").asText().equals("failed")) {
                        text.append("not served: ")
                                .append(name(service))
                                .append(' ')
                                .append(frontend(frontend, port));
                        text.append(": ")
                                .append(frontend.path("reason").asText())
                                .append('\n');
                    }
                }
            }
        }
        return text.isEmpty() ? "" : "\n" + text;
    }

    static String name(JsonNode service) {
        return service.path("namespace").asText() + "/" + service.path("name").asText();
    }

    private static String frontend(JsonNode frontend, JsonNode port) {
        return frontend.path("kind").asText() + " " + address(frontend) + "/"
                + port.path("protocol").asText();
    }

    /** {@code 192.0.2.1:80} or {@code [2001:db8::1]:80}. */
    static String address(JsonNode node) {
        String address = node.path("address").asText();
        String host = address.indexOf(':') >= 0 ? "[" + address + "]" : address;
        return host + ":" + node.path("port").asInt();
    }

    static String frontendTable(List<JsonNode> services) {
        Table table = new Table("SERVICE", "PORT", "KIND", "FRONTEND", "STATE", "REASON");
        for (JsonNode service : services) {
            for (JsonNode port : service.path("ports")) {
                for (JsonNode frontend : port.path("frontends")) {
                    table.row(
                            name(service),
                            port(port),
                            frontend.path("kind").asText(),
                            address(frontend),
                            frontend.path("state").asText(),
                            frontend.path("reason").asText());
                }
            }
        }
        return table.isEmpty() ? "No frontends.\n" : table.toString();
    }

    static String endpointTable(List<JsonNode> services) {
        Table table = new Table(
                "SERVICE",
                "PORT",
                "ENDPOINT",
                "READY",
                "SERVING",
                "TERMINATING",
                "LOCAL",
                "WEIGHT",
                "ACTIVE",
                "OPENED",
                "FAILED",
                "EJECTED");
        for (JsonNode service : services) {
            for (JsonNode port : service.path("ports")) {
                for (JsonNode endpoint : port.path("endpoints")) {
                    table.row(
                            name(service),
                            port(port),
                            address(endpoint),
                            endpoint.path("ready").asBoolean(),
                            endpoint.path("serving").asBoolean(),
                            endpoint.path("terminating").asBoolean(),
                            endpoint.path("local").asBoolean(),
                            endpoint.path("weight").asLong(),
                            endpoint.path("active").asLong(),
                            endpoint.path("opened").asLong(),
                            endpoint.path("failed").asLong(),
                            endpoint.path("ejected").asBoolean());
                }
            }
        }
        return table.isEmpty() ? "No endpoints.\n" : table.toString();
    }
}
