package io.ballast.daemon.k8s;

import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.UnknownHostException;
import java.net.http.HttpConnectTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;
import javax.net.ssl.SSLException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Turns the failures of all reflectors into one message an episode: a first failure is told with its remedy, its
 * repetitions only at debug level, and the recovery once. Thread-safe.
 */
final class ApiHealth {
    private static final Logger log = LoggerFactory.getLogger(ApiHealth.class);
    /** Shared by all resources, since the server is away for all of them. */
    private static final String CONNECTION = "connection";

    private final Supplier<URI> server;
    /** Episode by what failed: {@link #CONNECTION}, or a resource that the server refuses. */
    private final Map<String, String> episodes = new HashMap<>();

    private boolean everReached;

    ApiHealth(Supplier<URI> server) {
        this.server = server;
    }

    synchronized void succeeded(String resource) {
        everReached = true;
        if (episodes.remove(CONNECTION) != null) {
            log.atInfo().addKeyValue("server", server.get()).log("Kubernetes API reached again");
        }
        if (episodes.remove(resource) != null) {
            log.atInfo().addKeyValue("resource", resource).log("Kubernetes API answers for the resource again");
        }
    }

    synchronized void failed(String resource, Exception failure) {
        if (failure instanceof WatchEndedException) {
            log.atDebug()
                    .addKeyValue("resource", resource)
                    .addKeyValue("reason", failure.getMessage())
                    .log("Watch ended, opening it again");
            return;
        }
        String key = failure instanceof ApiException ? resource : CONNECTION;
        String reason = reason(failure);
        String before = episodes.put(key, reason);
        if (before != null) {
            log.atDebug()
                    .addKeyValue("resource", resource)
                    .addKeyValue("reason", reason)
                    .log("Kubernetes API still fails");
            return;
        }
        log.atWarn()
                .addKeyValue("server", server.get())
                .addKeyValue("resource", resource)
                .addKeyValue("reason", reason)
                .addKeyValue("remedy", remedy(failure))
                .log(
                        everReached
                                ? "Kubernetes API fails; the last known Services are served on, and it is tried again"
                                : "Waiting for the Kubernetes API; nothing new is served until it answers");
    }

    private static String reason(Exception failure) {
        String message = failure.getMessage();
        if (failure instanceof ConnectException && (message == null || message.equals("null"))) {
            return "connection refused";
        }
        return message == null ? failure.getClass().getSimpleName() : message;
    }

    private static String remedy(Exception failure) {
        if (failure instanceof ApiException refusal) {
            return remedy(refusal.code());
        }
        Throwable cause = failure.getCause();
        if (failure instanceof SSLException || cause instanceof SSLException) {
            return "check certificate-authority and client certificate of the kubeconfig";
        }
        if (failure instanceof UnknownHostException || cause instanceof UnresolvedAddressException) {
            return "check the host name in --master or in the kubeconfig's server";
        }
        if (failure instanceof ConnectException || failure instanceof HttpConnectTimeoutException) {
            return "check that the API server runs and that --master or the kubeconfig's server names its own address,"
                    + " not a Service's";
        }
        return failure instanceof IOException ? "check the API server and the network to it" : "see the error before";
    }

    private static String remedy(int code) {
        return switch (code) {
            case 401 -> "check token or client certificate of the kubeconfig";
            case 403 -> "bind the user to ClusterRole system:node-proxier";
            case 404 -> "check that --master or the kubeconfig's server is a Kubernetes API server";
            default -> "see the API server's log";
        };
    }
}
