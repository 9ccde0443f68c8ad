package io.ballast.core.spi;

import io.ballast.core.model.EndpointSlice;
import io.ballast.core.model.NamespacedName;
import io.ballast.core.model.Node;
import io.ballast.core.model.Service;

/**
 * Where a source (Kubernetes API or files) delivers objects. A source filters as kube-proxy's watches do (label
 * {@code service-proxy-name}, headless) and reports an object that left its view as deleted. Each object may be
 * delivered again unchanged. Thread-safe; returns at once.
 */
public interface ObjectSink {
    void upsert(Service service);

    void deleteService(NamespacedName name);

    void upsert(EndpointSlice slice);

    void deleteEndpointSlice(NamespacedName name);

    /** This node's own Node object; others are not delivered. */
    void upsert(Node node);

    void deleteNode(String name);

    /** The first full list of Services was delivered. */
    void servicesSynced();

    /** The first full list of EndpointSlices was delivered. */
    void endpointSlicesSynced();

    /** The first list of Nodes was delivered, whether or not it held this node's object. */
    void nodeSynced();
}
