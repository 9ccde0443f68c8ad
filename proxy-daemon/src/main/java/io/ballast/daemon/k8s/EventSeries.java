package io.ballast.daemon.k8s;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Turns repetitions into series, as client-go's {@code tools/events} broadcaster does: the first is written, the second
 * makes it a series, further ones are counted and written every half hour and when the series has ended. Bounded: the
 * oldest series is forgotten. Confined to one thread.
 */
final class EventSeries {
    /** client-go's {@code finishTime} and {@code refreshTime}. */
    static final Duration FINISHED = Duration.ofMinutes(6);

    static final Duration REFRESH = Duration.ofMinutes(30);
    private static final int MAX_SERIES = 4096;

    /** How to write an Event now. */
    record Write(ClusterEvent event, String name, Instant first, Instant last, int count) {}

    private static final class Series {
        private final String name;
        private final Instant first;
        private Instant last;
        private Instant written;
        private int count = 1;
        private boolean dirty;

        Series(String name, Instant first) {
            this.name = name;
            this.first = first;
            this.last = first;
            this.written = first;
        }

        Write write(ClusterEvent event, Instant now) {
            written = now;
            dirty = false;
            return new Write(event, name, first, last, count);
        }
    }

    private final Map<ClusterEvent, Series> series = new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<ClusterEvent, Series> eldest) {
            return size() > MAX_SERIES;
        }
    };
    private long named;

    /** Counts an occurrence; what to write for it, at most one. */
    List<Write> observe(ClusterEvent event, Instant now) {
        Series known = series.get(event);
        if (known == null) {
            Series begun = new Series(nextName(event, now), now);
            series.put(event, begun);
            return List.of(begun.write(event, now));
        }
        known.count++;
        known.last = now;
        known.dirty = true;
        return known.count == 2 ? List.of(known.write(event, now)) : List.of();
    }

    /** What is due to be written for series that ended or went on for long. */
    List<Write> due(Instant now) {
        List<Write> writes = new ArrayList<>();
        for (Iterator<Map.Entry<ClusterEvent, Series>> all = series.entrySet().iterator(); all.hasNext(); ) {
            Map.Entry<ClusterEvent, Series> entry = all.next();
            Series one = entry.getValue();
            boolean ended = Duration.between(one.last, now).compareTo(FINISHED) > 0;
            boolean stale = Duration.between(one.written, now).compareTo(REFRESH) > 0;
            if (one.dirty && (ended || stale)) {
                writes.add(one.write(entry.getKey(), now));
            }
            if (ended) {
                all.remove();
            }
        }
        return writes;
    }

    /** As upstream names them, and never the same twice. */
    private String nextName(ClusterEvent event, Instant now) {
        long nanos = now.getEpochSecond() * 1_000_000_000L + now.getNano() + named++;
        return event.object().name() + "." + Long.toHexString(nanos);
    }
}
