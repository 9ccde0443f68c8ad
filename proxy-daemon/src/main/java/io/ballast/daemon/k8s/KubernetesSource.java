package io.ballast.daemon.k8s;

import com.fasterxml.jackson.databind.JsonNode;
import io.ballast.core.model.IpAddress;
import io.ballast.core.model.NamespacedName;
import io.ballast.core.model.Service;
import io.ballast.core.spi.ObjectSink;
import io.ballast.daemon.source.ModelMapper;
import io.ballast.daemon.source.ObjectProblem;
import io.ballast.daemon.source.Origin;
import io.ballast.daemon.source.Selectors;
import io.ballast.daemon.source.Source;
import io.ballast.daemon.source.SourceStatus;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Services, EndpointSlices and the own Node from the Kubernetes API, with kube-proxy's selectors (behaviour 8). Three
 * reflectors, each on a thread of its own, deliver to the sink. Thread-safe.
 */
public final class KubernetesSource implements Source {
    private static final NamespacedName API_SERVICE = new NamespacedName("default", "kubernetes");
    private static final long STOP_MILLIS = 5000;

    private final ApiConnection api;
    private final ObjectSink sink;
    private final NewProblems problems;
    private final ModelMapper mapper;
    private final Consumer<ClientConfigException> fatal;
    private final Map<NamespacedName, String> serviceUids = new ConcurrentHashMap<>();
    private final List<Reflector> reflectors = new ArrayList<>();
    private final List<Thread> threads = new ArrayList<>();

    /**
     * @param problems hears of objects that cannot be served as they are
     * @param fatal hears that the API's address is one that this node would have to serve itself; the process should
     *     end with exit code 2
     */
    public KubernetesSource(
            ApiConnection api,
            Selectors selectors,
            ObjectSink sink,
            Consumer<ObjectProblem> problems,
            Consumer<ClientConfigException> fatal) {
        this(api, selectors, sink, problems, fatal, WatchTiming.standard());
    }

    KubernetesSource(
            ApiConnection api,
            Selectors selectors,
            ObjectSink sink,
            Consumer<ObjectProblem> problems,
            Consumer<ClientConfigException> fatal,
            WatchTiming timing) {
        this.api = api;
        this.sink = sink;
        this.problems = new NewProblems(problems);
        this.mapper = new ModelMapper(Origin.API, this.problems);
        this.fatal = fatal;
        ApiHealth health = new ApiHealth(api::server);
        for (WatchedResource resource : List.of(services(selectors), slices(selectors), node(selectors))) {
            reflectors.add(new Reflector(resource, api, timing, health));
            threads.add(new Thread(reflectors.get(reflectors.size() - 1), "ballast-watch-" + resource.plural()));
        }
        threads.forEach(thread -> thread.setDaemon(true));
    }

    @Override
    public void start() {
        threads.forEach(Thread::start);
    }

    /** The uid of a Service, as an Event about it needs; "" when it is not known. */
    public String serviceUid(NamespacedName service) {
        return serviceUids.getOrDefault(service, "");
    }

    @Override
    public SourceStatus status() {
        List<SourceStatus.Resource> resources =
                reflectors.stream().map(Reflector::status).toList();
        boolean connected = resources.stream().noneMatch(resource -> resource.connectedSince() == null);
        Optional<SourceStatus.Resource> failed = resources.stream()
                .filter(resource -> resource.lastErrorAt() != null)
                .max(Comparator.comparing(resource -> Objects.requireNonNull(resource.lastErrorAt())));
        return new SourceStatus(
                api.server().toString(),
                resources.stream().limit(2).allMatch(SourceStatus.Resource::synced),
                connected,
                connected ? latest(resources.stream().map(SourceStatus.Resource::connectedSince)) : null,
                failed.map(SourceStatus.Resource::lastError).orElse(""),
                failed.map(SourceStatus.Resource::lastErrorAt).orElse(null),
                resources);
    }

    private static @Nullable Instant latest(Stream<@Nullable Instant> instants) {
        return instants.filter(Objects::nonNull).max(Comparator.naturalOrder()).orElse(null);
    }

    @Override
    public void close() {
        threads.forEach(Thread::interrupt);
        for (Thread thread : threads) {
            try {
                thread.join(STOP_MILLIS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    private WatchedResource services(Selectors selectors) {
        return new WatchedResource(
                "services",
                "/api/v1/services",
                WatchedResource.selectors(selectors.serviceLabels(), selectors.serviceFields()),
                selectors::wantsService,
                object -> mapper.name("Service", object),
                this::service,
                name -> {
                    serviceUids.remove(name);
                    problems.fine("Service", name.toString());
                    sink.deleteService(name);
                },
                sink::servicesSynced);
    }

    private WatchedResource slices(Selectors selectors) {
        return new WatchedResource(
                "endpointslices",
                "/apis/discovery.k8s.io/v1/endpointslices",
                WatchedResource.selectors(selectors.endpointSliceLabels(), ""),
                selectors::wantsEndpointSlice,
                object -> mapper.name("EndpointSlice", object),
                object -> mapper.endpointSlice(object).ifPresent(sink::upsert),
                name -> {
                    problems.fine("EndpointSlice", name.toString());
                    sink.deleteEndpointSlice(name);
                },
                sink::endpointSlicesSynced);
    }

    private WatchedResource node(Selectors selectors) {
        return new WatchedResource(
                "nodes",
                "/api/v1/nodes",
                WatchedResource.selectors("", selectors.nodeFields()),
                selectors::wantsNode,
                (JsonNode object) -> mapper.name("Node", object),
                object -> mapper.node(object).ifPresent(sink::upsert),
                name -> sink.deleteNode(name.name()),
                sink::nodeSynced);
    }

    /** The uid is noted first: an Event about what is wrong with the Service needs it. */
    private void service(JsonNode object) {
        mapper.name("Service", object)
                .ifPresent(name -> serviceUids.put(
                        name, object.path("metadata").path("uid").asText("")));
        mapper.service(object).ifPresent(this::deliver);
    }

    private void deliver(Service service) {
        if (service.name().equals(API_SERVICE) && isApiAddress(service)) {
            fatal.accept(KubernetesClientFactory.addressIsOurs(api.server().toString()));
            return;
        }
        sink.upsert(service);
    }

    /** Whether the API is reached through the very address that serving this Service would take over. */
    private boolean isApiAddress(Service service) {
        String host = api.server().getHost().replaceAll("[\\[\\]]", "");
        Optional<IpAddress> address = IpAddress.tryParse(host);
        return host.startsWith("kubernetes.default")
                || service.clusterIps().stream()
                        .flatMap(text -> IpAddress.tryParse(text).stream())
                        .anyMatch(ip -> address.isPresent() && address.get().equals(ip));
    }
}
