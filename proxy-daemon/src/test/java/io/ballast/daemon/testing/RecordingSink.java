package io.ballast.daemon.testing;

import io.ballast.core.model.EndpointSlice;
import io.ballast.core.model.NamespacedName;
import io.ballast.core.model.Node;
import io.ballast.core.model.Service;
import io.ballast.core.spi.ObjectSink;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * A sink that keeps the current objects, and a line for every call. Thread-safe: who sees an object's state sees the line
 * of the call that set it.
 */
public final class RecordingSink implements ObjectSink {
    private final Map<NamespacedName, Service> services = new ConcurrentSkipListMap<>();
    private final Map<NamespacedName, EndpointSlice> slices = new ConcurrentSkipListMap<>();
    private final Map<String, Node> nodes = new ConcurrentSkipListMap<>();
    private final List<String> calls = new CopyOnWriteArrayList<>();

    public Map<NamespacedName, Service> services() {
        return services;
    }

    public Map<NamespacedName, EndpointSlice> slices() {
        return slices;
    }

    public Map<String, Node> nodes() {
        return nodes;
    }

    /** A Service of namespace {@code shop} that must be there. */
    public Service service(String name) {
        return Objects.requireNonNull(services.get(ApiObjects.name(name)), name);
    }

    /** A slice of namespace {@code shop} that must be there. */
    public EndpointSlice slice(String name) {
        return Objects.requireNonNull(slices.get(ApiObjects.name(name)), name);
    }

    /** As in {@code upsert Service shop/web}, {@code delete Node worker-1}, {@code services synced}. */
    public List<String> calls() {
        return calls;
    }

    @Override
    public void upsert(Service service) {
        calls.add("upsert Service " + service.name());
        services.put(service.name(), service);
    }

    @Override
    public void deleteService(NamespacedName name) {
        calls.add("delete Service " + name);
        services.remove(name);
    }

    @Override
    public void upsert(EndpointSlice slice) {
        calls.add("upsert EndpointSlice " + slice.name());
        slices.put(slice.name(), slice);
    }

    @Override
    public void deleteEndpointSlice(NamespacedName name) {
        calls.add("delete EndpointSlice " + name);
        slices.remove(name);
    }

    @Override
    public void upsert(Node node) {
        calls.add("upsert Node " + node.name());
        nodes.put(node.name(), node);
    }

    @Override
    public void deleteNode(String name) {
        calls.add("delete Node " + name);
        nodes.remove(name);
    }

    @Override
    public void servicesSynced() {
        calls.add("services synced");
    }

    @Override
    public void endpointSlicesSynced() {
        calls.add("endpointslices synced");
    }

    @Override
    public void nodeSynced() {
        calls.add("node synced");
    }
}
