package io.ballast.daemon.k8s;

import io.ballast.core.spi.ObjectSink;
import io.ballast.daemon.source.ObjectProblem;
import io.ballast.daemon.source.Selectors;
import io.ballast.daemon.source.Source;
import io.ballast.daemon.source.SourceStatus;
import java.util.function.Consumer;

/** All that passes between this daemon and a cluster: objects in, Events out, over one connection. Thread-safe. */
public final class KubernetesCluster implements Source {
    private final ApiConnection api;
    private final KubernetesSource source;
    private final EventRecorder events;

    private KubernetesCluster(ApiConnection api, KubernetesSource source, EventRecorder events) {
        this.api = api;
        this.source = source;
        this.events = events;
    }

    /**
     * Prepares the connection; nothing is sent before {@link #start}.
     *
     * @param problems hears of objects that cannot be served as they are
     * @param requests hears of every request to the API
     * @param fatal hears that the API's address is one that this node would have to serve itself
     * @throws ClientConfigException when the settings cannot work
     */
    public static KubernetesCluster open(
            ClientSettings settings,
            Selectors selectors,
            ObjectSink sink,
            Consumer<ObjectProblem> problems,
            RequestObserver requests,
            Consumer<ClientConfigException> fatal)
            throws ClientConfigException {
        ApiConnection api = new KubernetesClientFactory().connect(settings, requests);
        KubernetesSource source = new KubernetesSource(api, selectors, sink, problems, fatal);
        return new KubernetesCluster(
                api, source, new EventRecorder(api, settings, selectors.nodeName(), source::serviceUid));
    }

    /** Where warnings go that users of the cluster should see. */
    public EventRecorder events() {
        return events;
    }

    @Override
    public void start() {
        events.start();
        events.starting();
        source.start();
    }

    @Override
    public SourceStatus status() {
        return source.status();
    }

    @Override
    public void close() {
        source.close();
        events.close();
        api.close();
    }
}
