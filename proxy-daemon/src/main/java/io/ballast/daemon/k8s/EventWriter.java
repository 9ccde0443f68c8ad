package io.ballast.daemon.k8s;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes Events to the API, at most so many a second, each tried about 12 times, 10 s apart (client-go's
 * {@code maxTriesPerEvent} and {@code sleepDuration}). Confined to one thread.
 */
final class EventWriter {
    private static final Logger log = LoggerFactory.getLogger(EventWriter.class);
    private static final int TRIES = 12;
    private static final Duration BETWEEN_TRIES = Duration.ofSeconds(10);
    private static final Duration LIMIT = Duration.ofSeconds(10);
    private static final int NOT_FOUND = 404;

    private final ApiConnection api;
    private final String nodeName;
    private final WatchTiming.Pause pause;
    private final TokenBucket rate;
    private boolean refusalTold;

    EventWriter(ApiConnection api, String nodeName, WatchTiming.Pause pause, TokenBucket rate) {
        this.api = api;
        this.nodeName = nodeName;
        this.pause = pause;
        this.rate = rate;
    }

    /** Whether it was written; false when it was given up. */
    boolean write(EventSeries.Write write) throws InterruptedException {
        for (int attempt = 0; attempt < TRIES; attempt++) {
            if (attempt > 0) {
                pause.pause(BETWEEN_TRIES);
            }
            pause.pause(rate.take());
            try {
                send(write);
                refusalTold = false;
                return true;
            } catch (ApiException e) {
                if (e.code() != 429 && e.code() < 500) {
                    refused(write, e);
                    return false;
                }
                debug(write, e);
            } catch (IOException e) {
                debug(write, e);
            }
        }
        return false;
    }

    private void send(EventSeries.Write write) throws IOException, InterruptedException {
        ClusterEvent event = write.event();
        String path = "/apis/events.k8s.io/v1/namespaces/" + event.namespace() + "/events";
        ObjectNode series = ClusterEvent.series(write.count(), write.last());
        if (write.count() > 1) {
            try {
                api.send("PATCH", path + "/" + write.name(), "application/merge-patch+json", series.toString(), LIMIT);
                return;
            } catch (ApiException e) {
                if (e.code() != NOT_FOUND) {
                    throw e;
                }
                // It expired or was never written: written anew, with its count.
            }
        }
        ObjectNode whole = event.toJson(write.name(), nodeName, write.first());
        if (write.count() > 1) {
            whole.setAll(series);
        }
        api.send("POST", path, "application/json", whole.toString(), LIMIT);
    }

    private void refused(EventSeries.Write write, ApiException e) {
        if (refusalTold) {
            debug(write, e);
            return;
        }
        refusalTold = true;
        log.atWarn()
                .addKeyValue("reason", e.getMessage())
                .addKeyValue(
                        "remedy", "bind the user to ClusterRole system:node-proxier, which may create and patch them")
                .log("Kubernetes API refuses Events");
    }

    private static void debug(EventSeries.Write write, IOException e) {
        log.atDebug()
                .addKeyValue("event", write.event())
                .addKeyValue("reason", e.getMessage())
                .log("Event could not be written");
    }
}
