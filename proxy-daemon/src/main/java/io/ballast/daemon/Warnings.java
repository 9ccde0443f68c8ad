package io.ballast.daemon;

import io.ballast.core.model.Frontend;
import io.ballast.core.model.NamespacedName;
import io.ballast.core.model.ServicePortName;
import io.ballast.core.spi.FrontendListener;
import io.ballast.core.spi.WarningListener;
import io.ballast.daemon.http.BindListener;
import io.ballast.daemon.source.ObjectProblem;
import java.util.Objects;
import java.util.function.IntConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells operators what is wrong with objects and frontends: in the log, and as Events. Thread-safe. */
final class Warnings implements WarningListener, FrontendListener {
    private static final Logger log = LoggerFactory.getLogger(Warnings.class);

    /** The action on kube-proxy's events about its own servers. */
    private static final String START = "StartKubeProxy";

    private volatile WarningListener events = (service, reason, message) -> {};
    private volatile NodeListener nodeEvents = (reason, action, message) -> {};

    /** Hears what is wrong with this node's proxy as a whole. Must not block. */
    @FunctionalInterface
    interface NodeListener {
        void warn(String reason, String action, String message);
    }

    /** Where warnings go besides the log; must not block. */
    void alsoTell(WarningListener listener, NodeListener nodeListener) {
        events = listener;
        nodeEvents = nodeListener;
    }

    /**
     * Hears of one of the daemon's own servers, which logs by itself; the event is kube-proxy's ({@code serveHealthz},
     * {@code serveMetrics}).
     *
     * @param exit hears the exit code when the server is not tried again
     */
    BindListener ofServer(String reason, IntConsumer exit) {
        return (address, last, message) -> {
            nodeEvents.warn(reason, START, message);
            if (last) {
                exit.accept(1);
            }
        };
    }

    @Override
    public void warn(NamespacedName service, String reason, String message) {
        log.atWarn()
                .addKeyValue("service", service)
                .addKeyValue("reason", reason)
                .log(message);
        events.warn(service, reason, message);
    }

    void objectProblem(ObjectProblem problem) {
        if (problem.service() != null) {
            // A Service has many slices.
            String which = problem.kind().equals("Service") ? "" : problem.kind() + " " + problem.object() + ": ";
            warn(Objects.requireNonNull(problem.service()), problem.reason(), which + problem.message());
        } else {
            log.atWarn()
                    .addKeyValue("kind", problem.kind())
                    .addKeyValue("object", problem.object())
                    .log(problem.message());
        }
    }

    @Override
    public void frontendFailed(Frontend frontend, ServicePortName owner, String reason) {
        warn(owner.service(), "FrontendFailed", frontend + " is not served: " + reason);
    }

    @Override
    public void frontendRecovered(Frontend frontend, ServicePortName owner) {
        log.atInfo()
                .addKeyValue("service", owner)
                .addKeyValue("frontend", frontend)
                .log("Frontend is served again");
    }
}
