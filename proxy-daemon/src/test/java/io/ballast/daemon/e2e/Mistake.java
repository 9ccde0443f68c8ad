package io.ballast.daemon.e2e;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ballast.daemon.testing.ApiObjects;
import io.ballast.daemon.testing.Recorded;
import java.util.List;

/**
 * Something that an API server lets through and that cannot be served. Immutable but for its objects.
 *
 * @param bad the objects
 * @param service to blame
 * @param reason of the Event
 * @param message what it says, and the log too
 */
record Mistake(List<ObjectNode> bad, String service, String reason, String message) {
    /** Taken by a process of the host. */
    static final int TAKEN_PORT = 8081;

    static final List<Mistake> ALL = List.of(
            new Mistake(
                    List.of(service("bad-port", "10.96.1.1", "'ports':[{'port':70000}]")),
                    "bad-port",
                    "InvalidService",
                    "spec.ports[0].port is 70000: write a number from 1 to 65535 without quotes."
                            + " The port is not served."),
            new Mistake(
                    List.of(ApiObjects.slice("bad-address-1", "bad-address", "10.244.0.300")),
                    "bad-address",
                    "InvalidEndpointSlice",
                    "endpoints[0].addresses[0] is \"10.244.0.300\": write an IPv4 address. The endpoint is left out."),
            new Mistake(
                    List.of(
                            service(
                                    "node-port-a",
                                    "10.96.1.2",
                                    "'type':'NodePort','ports':[{'port':80,'nodePort':30099}]"),
                            service(
                                    "node-port-b",
                                    "10.96.1.3",
                                    "'type':'NodePort','ports':[{'port':80,'nodePort':30099}]")),
                    "node-port-b",
                    "FrontendConflict",
                    "Port shop/node-port-b/tcp is not reachable at "),
            new Mistake(
                    List.of(
                            service("external-a", "10.96.1.4", "'externalIPs':['203.0.113.9'],'ports':[{'port':80}]"),
                            service("external-b", "10.96.1.5", "'externalIPs':['203.0.113.9'],'ports':[{'port':80}]")),
                    "external-b",
                    "FrontendConflict",
                    "Port shop/external-b/tcp is not reachable at 203.0.113.9:80/tcp (ExternalIP): shop/external-a/tcp has"
                            + " it. Change the address or port of one of them."),
            new Mistake(
                    List.of(annotated("unknown-scheduler", "10.96.1.6", "ballast.io/scheduler", "fastest")),
                    "unknown-scheduler",
                    "UnknownScheduler",
                    "Annotation ballast.io/scheduler: \"fastest\" is not a scheduler, such as rr"),
            new Mistake(
                    List.of(annotated("bad-annotation", "10.96.1.7", "ballast.io/idle-timeout", "soon")),
                    "bad-annotation",
                    "InvalidAnnotation",
                    "Annotation ballast.io/idle-timeout: \"soon\" is not a duration; want for example 30s"),
            new Mistake(
                    List.of(
                            service("taken", "10.96.1.8", "'ports':[{'name':'http','port':" + TAKEN_PORT + "}]"),
                            ApiObjects.slice("taken-1", "taken", "10.244.0.9")),
                    "taken",
                    "FrontendFailed",
                    "10.96.1.8:8081/tcp is not served: cannot listen on 10.96.1.8:8081/tcp: "));

    static ObjectNode service(String name, String clusterIp, String spec) {
        return Recorded.parse(
                "{'apiVersion':'v1','kind':'Service','metadata':{'name':'" + name + "','namespace':'shop','uid':'uid-"
                        + name + "'},'spec':{'clusterIP':'" + clusterIp + "'," + spec + "}}");
    }

    private static ObjectNode annotated(String name, String clusterIp, String annotation, String value) {
        ObjectNode service = service(name, clusterIp, "'ports':[{'port':80}]");
        service.withObject("/metadata").putObject("annotations").put(annotation, value);
        return service;
    }
}
