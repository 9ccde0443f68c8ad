package io.ballast.daemon.manifest;

import io.ballast.core.model.EndpointSlice;
import io.ballast.core.model.Node;
import io.ballast.core.model.Service;
import io.ballast.core.spi.ObjectSink;
import io.ballast.daemon.manifest.FileContent.Located;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Tells the sink what differs from what it was told before. Delivers from one thread; counts for any. */
final class Delivery {
    private final ObjectSink sink;
    private final Map<ObjectKey, Object> delivered = new ConcurrentHashMap<>();

    Delivery(ObjectSink sink) {
        this.sink = sink;
    }

    /** Deletions go first, so that a renamed Service's addresses are free when its new name takes them. */
    void deliver(Map<ObjectKey, Located> objects) {
        for (ObjectKey key : List.copyOf(delivered.keySet())) {
            if (!objects.containsKey(key)) {
                delivered.remove(key);
                delete(key);
            }
        }
        objects.forEach((key, located) -> {
            if (!located.value().equals(delivered.put(key, located.value()))) {
                upsert(located.value());
            }
        });
    }

    int count(ObjectKind kind) {
        return (int)
                delivered.keySet().stream().filter(key -> key.kind() == kind).count();
    }

    private void delete(ObjectKey key) {
        switch (key.kind()) {
            case SERVICE -> sink.deleteService(key.name());
            case ENDPOINT_SLICE -> sink.deleteEndpointSlice(key.name());
            case NODE -> sink.deleteNode(key.name().name());
        }
    }

    private void upsert(Object value) {
        if (value instanceof Service service) {
            sink.upsert(service);
        } else if (value instanceof EndpointSlice slice) {
            sink.upsert(slice);
        } else if (value instanceof Node node) {
            sink.upsert(node);
        } else {
            throw new AssertionError("no record of the core: " + value);
        }
    }
}
