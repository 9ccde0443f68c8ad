package io.ballast.core.model;

/**
 * The key of one load-balanced port: kube-proxy's {@code ServicePortName}. <em>Immutable.</em>
 *
 * @param port the port's name, {@code ""} when the Service has a single unnamed port
 */
public record ServicePortName(NamespacedName service, String port, Protocol protocol)
        implements Comparable<ServicePortName> {
    @Override
    public int compareTo(ServicePortName other) {
        int byService = service.compareTo(other.service);
        if (byService != 0) {
            return byService;
        }
        int byPort = port.compareTo(other.port);
        return byPort != 0 ? byPort : protocol.compareTo(other.protocol);
    }

    /** {@code namespace/name:port/protocol}, without {@code :port} where the port has no name. */
    @Override
    public String toString() {
        return service + (port.isEmpty() ? "" : ":" + port) + "/" + protocol.suffix();
    }
}
