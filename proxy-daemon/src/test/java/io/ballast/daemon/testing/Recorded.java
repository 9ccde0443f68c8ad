package io.ballast.daemon.testing;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Objects;

/** Objects as a kubeadm cluster's API server sends them, from {@code src/test/resources/recorded}. */
public final class Recorded {
    public static final List<String> ALL = List.of(
            "service-kubernetes",
            "service-kube-dns",
            "service-dual-stack",
            "service-load-balancer",
            "endpointslice-kubernetes",
            "endpointslice-kube-dns",
            "node");
    private static final ObjectMapper JSON = new ObjectMapper();

    private Recorded() {}

    /** A copy of the recorded object, to change at will. */
    public static ObjectNode read(String name) {
        try (InputStream in = Recorded.class.getResourceAsStream("/recorded/" + name + ".json")) {
            return (ObjectNode) JSON.readTree(Objects.requireNonNull(in, name));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The object that JSON with single instead of double quotes describes. */
    public static ObjectNode parse(String singleQuoted) {
        try {
            return (ObjectNode) JSON.readTree(singleQuoted.replace('\'', '"'));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
