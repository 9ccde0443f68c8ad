package io.ballast.core.testing;

import io.ballast.core.model.EndpointSlice;
import io.ballast.core.model.NamespacedName;
import io.ballast.core.model.Protocol;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Describes an EndpointSlice in few words. */
public final class SliceBuilder {
    private final NamespacedName name;
    private final String serviceName;
    private String addressType = "IPv4";
    private final List<EndpointSlice.Port> ports = new ArrayList<>();
    private final List<EndpointSlice.SliceEndpoint> endpoints = new ArrayList<>();
    private int weight = EndpointSlice.DEFAULT_WEIGHT;
    private String triggerTime = "";
    private boolean headless;

    private SliceBuilder(NamespacedName name, String serviceName) {
        this.name = name;
        this.serviceName = serviceName;
    }

    /** A slice in namespace {@code default} without ports or endpoints. */
    public static SliceBuilder slice(String name, String serviceName) {
        return new SliceBuilder(new NamespacedName("default", name), serviceName);
    }

    public static SliceBuilder slice(NamespacedName name, String serviceName) {
        return new SliceBuilder(name, serviceName);
    }

    public SliceBuilder addressType(String type) {
        addressType = type;
        return this;
    }

    public SliceBuilder port(int port) {
        return port("", Protocol.TCP, port);
    }

    public SliceBuilder port(@Nullable String portName, Protocol protocol, @Nullable Integer port) {
        ports.add(new EndpointSlice.Port(portName, protocol, port));
        return this;
    }

    /** Ready endpoints on another node. */
    public SliceBuilder endpoints(String... addresses) {
        for (String address : addresses) {
            endpoint(address, "R");
        }
        return this;
    }

    /**
     * One endpoint.
     *
     * @param words {@code R} ready and serving, {@code ST} serving and terminating, {@code S} serving, {@code T}
     *     terminating; {@code @node} its node; {@code zone=z}, {@code node=n} hints; separated by blanks
     */
    public SliceBuilder endpoint(String address, String words) {
        List<String> list = List.of(words.split(" "));
        String node = "";
        Set<String> zones = new HashSet<>();
        Set<String> nodes = new HashSet<>();
        for (String word : list) {
            if (word.startsWith("@")) {
                node = word.substring(1);
            } else if (word.startsWith("zone=")) {
                zones.add(word.substring("zone=".length()));
            } else if (word.startsWith("node=")) {
                nodes.add(word.substring("node=".length()));
            }
        }
        boolean serving = list.contains("R") || list.contains("ST") || list.contains("S");
        endpoints.add(new EndpointSlice.SliceEndpoint(
                address.isEmpty() ? List.of() : List.of(address),
                list.contains("R"),
                serving,
                list.contains("ST") || list.contains("T"),
                node,
                zones,
                nodes));
        return this;
    }

    public SliceBuilder weight(int of) {
        weight = of;
        return this;
    }

    public SliceBuilder triggeredAt(String time) {
        triggerTime = time;
        return this;
    }

    public SliceBuilder headless() {
        headless = true;
        return this;
    }

    public EndpointSlice build() {
        return new EndpointSlice(name, serviceName, addressType, ports, endpoints, weight, triggerTime, headless);
    }
}
