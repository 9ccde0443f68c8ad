package io.ballast.daemon.source;

import com.fasterxml.jackson.databind.JsonNode;
import io.ballast.core.model.AddressPort;
import io.ballast.core.model.EndpointSlice;
import io.ballast.core.model.EndpointSlice.SliceEndpoint;
import io.ballast.core.model.IpAddress;
import io.ballast.core.model.IpFamily;
import io.ballast.core.model.NamespacedName;
import io.ballast.core.model.Protocol;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Reads an EndpointSlice (behaviour 2.1), with the weight annotation of Ballast. Thread-safe. */
final class EndpointSliceMapper {
    static final String SERVICE_LABEL = "kubernetes.io/service-name";
    private static final String HEADLESS_LABEL = "service.kubernetes.io/headless";
    private static final String TRIGGER_TIME = "endpoints.kubernetes.io/last-change-trigger-time";
    private static final List<String> WEIGHTS = List.of("ballast.io/weight", "service.cilium.io/weight");
    private static final int MAX_WEIGHT = 65535;
    private static final String DROPPED = "The endpoint is left out.";

    private final Canonical canonical;
    private final Origin origin;

    EndpointSliceMapper(Canonical canonical, Origin origin) {
        this.canonical = canonical;
        this.origin = origin;
    }

    EndpointSlice map(NamespacedName name, Cursor object) {
        Cursor metadata = object.get("metadata");
        Cursor labels = metadata.get("labels");
        Cursor annotations = metadata.get("annotations");
        String addressType = addressType(object.get("addressType"));
        return new EndpointSlice(
                name,
                labels.get(SERVICE_LABEL).text(""),
                addressType,
                ports(object.get("ports")),
                addressType.isEmpty() ? List.of() : endpoints(object.get("endpoints"), addressType),
                weight(annotations),
                annotations.get(TRIGGER_TIME).text(""),
                !labels.get(HEADLESS_LABEL).node().isMissingNode());
    }

    private String addressType(Cursor field) {
        String text = canonical.of(field.text(""));
        if (!text.equals("IPv4") && !text.equals("IPv6") && !text.equals("FQDN")) {
            field.report("write IPv4 or IPv6", "The slice has no endpoints.");
            return "";
        }
        return text;
    }

    private static int weight(Cursor annotations) {
        for (String key : WEIGHTS) {
            Cursor field = annotations.get(key);
            if (!field.isAbsent()) {
                return weightIn(field);
            }
        }
        return EndpointSlice.DEFAULT_WEIGHT;
    }

    private static int weightIn(Cursor field) {
        String text = field.text("").trim();
        if (text.matches("[0-9]{1,5}") && Integer.parseInt(text) <= MAX_WEIGHT) {
            return Integer.parseInt(text);
        }
        field.reportAnnotation("write a number from 0 to " + MAX_WEIGHT + " in quotes", "The weight is 1.");
        return EndpointSlice.DEFAULT_WEIGHT;
    }

    private List<EndpointSlice.Port> ports(Cursor field) {
        List<EndpointSlice.Port> ports = new ArrayList<>(1);
        for (Cursor item : field.items()) {
            Protocol protocol = Fields.protocol(item.get("protocol"), "The port is left out.");
            Cursor number = item.get("port");
            String name = Fields.portName(item.get("name"), "The port is left out.");
            if (protocol == null || name == null) {
                continue;
            }
            if (!number.isAbsent() && !number.isNumber(0, AddressPort.MAX_PORT)) {
                number.report("write a number from 1 to 65535 without quotes", "The port is left out.");
                continue;
            }
            Integer port =
                    number.isAbsent() ? null : Integer.valueOf(number.node().intValue());
            // The API server writes a name, be it empty; kube-proxy ignores a port without.
            boolean nameless = item.get("name").isAbsent() && origin == Origin.API;
            ports.add(new EndpointSlice.Port(nameless ? null : canonical.of(name), protocol, port));
        }
        return ports;
    }

    private List<SliceEndpoint> endpoints(Cursor field, String addressType) {
        List<SliceEndpoint> endpoints = new ArrayList<>(field.node().size());
        for (Cursor item : field.items()) {
            address(item.get("addresses"), addressType).ifPresent(address -> endpoints.add(endpoint(item, address)));
        }
        return endpoints;
    }

    private SliceEndpoint endpoint(Cursor item, String address) {
        Cursor conditions = item.get("conditions");
        Cursor hints = item.get("hints");
        return new SliceEndpoint(
                List.of(address),
                conditions.get("ready").flag(true),
                conditions.get("serving").flag(true),
                conditions.get("terminating").flag(false),
                canonical.of(item.get("nodeName").text("")),
                names(hints.get("forZones")),
                names(hints.get("forNodes")));
    }

    /** Only the first address counts. */
    private Optional<String> address(Cursor field, String addressType) {
        List<Cursor> items = field.items();
        if (items.isEmpty()) {
            return Optional.empty();
        }
        Cursor first = items.get(0);
        String text = first.text("");
        if (addressType.equals("FQDN")) {
            return Optional.of(text);
        }
        Optional<IpAddress> address = IpAddress.tryParse(text);
        IpFamily family = addressType.equals("IPv4") ? IpFamily.IPV4 : IpFamily.IPV6;
        if (address.isEmpty() || address.get().family() != family) {
            first.report("write an " + addressType + " address", DROPPED);
            return Optional.empty();
        }
        if (isSpecial(address.get())) {
            first.report("write the address of a pod or host", DROPPED);
            return Optional.empty();
        }
        return Optional.of(text);
    }

    /** What the API server's {@code ValidateNonSpecialIP} refuses; loopback makes sense in files, for a try-out. */
    private boolean isSpecial(IpAddress address) {
        return address.isUnspecified() || address.isLinkLocal() || (address.isLoopback() && origin == Origin.API);
    }

    private Set<String> names(Cursor hints) {
        if (hints.isAbsent()) {
            return Set.of();
        }
        Set<String> names = new HashSet<>();
        for (Cursor hint : hints.items()) {
            JsonNode name = hint.get("name").node();
            if (name.isTextual()) {
                names.add(canonical.of(name.textValue()));
            }
        }
        return names;
    }
}
