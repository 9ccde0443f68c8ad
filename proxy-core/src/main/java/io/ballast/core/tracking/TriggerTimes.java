package io.ballast.core.tracking;

import io.ballast.core.model.IpFamily;
import io.ballast.core.model.NamespacedName;
import io.ballast.core.spi.SyncObserver;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * When the changes that wait for a sync were triggered, by Service and family: {@code lastChangeTriggerTimes} of
 * kube-proxy's {@code EndpointsChangeTracker}. <em>Confined to the sync thread.</em>
 */
final class TriggerTimes {
    private static final Logger log = LoggerFactory.getLogger(TriggerTimes.class);

    private final InstantSource clock;
    private final Instant start;
    private final Map<Key, List<Instant>> waiting = new HashMap<>();

    /**
     * @param clock what was triggered before its present time is not measured
     */
    TriggerTimes(InstantSource clock) {
        this.clock = clock;
        this.start = clock.instant();
    }

    private record Key(NamespacedName service, IpFamily family) {}

    /** A slice was added, changed or removed. */
    void changed(@Nullable TrackedSlice before, @Nullable TrackedSlice after) {
        // A removed slice tells when it was last changed, not when it was removed, so nothing can be measured.
        if (after == null) {
            if (before != null) {
                waiting.remove(new Key(before.service(), before.family()));
            }
            return;
        }
        parse(after.lastChangeTriggerTime())
                .filter(time -> time.isAfter(start))
                .ifPresent(time -> waiting.computeIfAbsent(
                                new Key(after.service(), after.family()), key -> new ArrayList<>(1))
                        .add(time));
    }

    private static Optional<Instant> parse(String text) {
        if (text.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(OffsetDateTime.parse(text).toInstant());
        } catch (DateTimeParseException e) {
            log.atDebug().addKeyValue("value", text).log("Change trigger time of an EndpointSlice is not RFC 3339");
            return Optional.empty();
        }
    }

    /** All that waits is in force now. */
    void programmed(SyncObserver observer) {
        if (waiting.isEmpty()) {
            return;
        }
        Instant now = clock.instant();
        waiting.forEach(
                (key, times) -> times.forEach(time -> observer.programmed(key.family(), Duration.between(time, now))));
        waiting.clear();
    }
}
