package io.ballast.daemon.admin;

import io.ballast.daemon.source.SourceStatus;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * How this process runs, for {@code /statusz} and the status page. <em>Immutable.</em>
 *
 * @param nodeName of the Node it serves
 * @param interceptor {@code sk-lookup} or {@code bind}
 * @param transport {@code epoll}, {@code io_uring} or {@code nio}
 * @param scheduler of Services that choose none
 * @param ready first sync done, frontends listening
 * @param source where objects come from, and how that goes
 * @param capabilities what kernel and privileges allow
 * @param degraded features that were wanted and are off, each one sentence for people
 */
public record DaemonStatus(
        String version,
        Instant startedAt,
        String nodeName,
        String interceptor,
        String transport,
        String scheduler,
        boolean ready,
        SourceState source,
        List<FeatureState> capabilities,
        List<String> degraded) {
    public DaemonStatus {
        capabilities = List.copyOf(capabilities);
        degraded = List.copyOf(degraded);
    }

    /**
     * Where Services come from.
     *
     * @param location URL or directory
     * @param connected changes are followed now; else the last known state is served
     * @param detail what else there is to say, such as the last error; may be empty
     * @param objects how many are known of each kind
     */
    public record SourceState(
            String location, boolean synced, boolean connected, String detail, Map<String, Integer> objects) {
        public SourceState {
            objects = Map.copyOf(objects);
        }

        /** What a source says of itself, put into fewer words. */
        public static SourceState of(SourceStatus status) {
            Map<String, Integer> objects = new TreeMap<>();
            status.resources().forEach(resource -> objects.put(resource.name(), resource.objects()));
            return new SourceState(status.location(), status.synced(), status.connected(), status.lastError(), objects);
        }
    }

    /**
     * One feature that depends on kernel or privileges.
     *
     * @param reason why it is not available, {@code ""} where it is
     * @param lost what is lost without it
     */
    public record FeatureState(String feature, boolean available, String reason, String lost) {}
}
