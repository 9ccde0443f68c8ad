package io.ballast.daemon.source;

import io.ballast.core.model.Node;
import java.util.List;
import java.util.Objects;

/** Reads the Node object. Thread-safe. */
final class NodeMapper {
    private final Canonical canonical;

    NodeMapper(Canonical canonical) {
        this.canonical = canonical;
    }

    Node map(String name, Cursor object) {
        Cursor metadata = object.get("metadata");
        Cursor spec = object.get("spec");
        List<Cursor> addresses = object.get("status").get("addresses").items();
        return new Node(
                name,
                metadata.get("uid").text(""),
                addresses(addresses, "InternalIP"),
                addresses(addresses, "ExternalIP"),
                spec.get("podCIDRs").texts(canonical),
                metadata.get("labels").textMap(key -> true, canonical),
                spec.get("taints").items().stream()
                        .map(taint -> taint.get("key").text(""))
                        .filter(key -> !key.isEmpty())
                        .toList(),
                !metadata.get("deletionTimestamp").isAbsent());
    }

    private static List<String> addresses(List<Cursor> addresses, String type) {
        return addresses.stream()
                .filter(address -> Objects.equals(address.get("type").node().textValue(), type))
                .map(address -> address.get("address").text(""))
                .filter(address -> !address.isEmpty())
                .toList();
    }
}
