package io.ballast.daemon;

import io.ballast.core.model.Frontend;
import io.ballast.core.model.NamespacedName;
import io.ballast.core.model.ServicePortName;
import io.ballast.core.spi.FrontendListener;
import io.ballast.core.spi.WarningListener;
import io.ballast.daemon.source.ObjectProblem;
import java.util.Objects;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells operators what is wrong with objects and frontends: in the log, and as Events. Thread-safe. */
final class Warnings implements WarningListener, FrontendListener {
    private static final Logger log = LoggerFactory.getLogger(Warnings.class);

    private volatile WarningListener events = (service, reason, message) -> {};

    /** Where warnings go besides the log; must not block. */
    void alsoTell(WarningListener listener) {
        events = listener;
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
            warn(Objects.requireNonNull(problem.service()), problem.reason(), problem.message());
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
