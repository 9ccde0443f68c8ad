package io.ballast.daemon.k8s;

import java.time.Duration;

/** Hears of every request to the API, for {@code rest_client_*}. Called from any thread; must not block. */
@FunctionalInterface
public interface RequestObserver {
    /**
     * @param host host and port of the server
     * @param code HTTP status, or {@code <error>} when there was no answer, as client-go counts
     * @param took until the head of the answer, or the failure
     */
    void requested(String method, String host, String code, Duration took);
}
